import { useId } from 'react'
import { EventLink } from './jumps.tsx'

/** Something that does not hold. */
export interface ShownProblem {
  /** As the verifier names it; null where it is this page's own finding. */
  code: string | null
  /** The event it is about; null where it is about none. */
  seq: number | null
  words: string
  detail?: string
}

/** Each problem by its event, in words, with its code for those who look it up. */
export function ProblemList({
  title,
  problems,
}: {
  title: string | null
  problems: readonly ShownProblem[]
}) {
  const id = useId()
  return (
    <div className="grid gap-2 text-sm">
      {title !== null && (
        <h3 id={id} className="font-medium">
          {title}
        </h3>
      )}
      <ul aria-labelledby={title === null ? undefined : id} className="grid gap-2">
        {problems.map(({ code, seq, words, detail }) => (
          <li
            key={`${code} ${seq} ${words} ${detail}`}
            className="grid gap-0.5 border-l-4 border-bad pl-3 wrap-anywhere"
          >
            <span>
              {seq !== null && (
                <>
                  <EventLink seq={seq} />:{' '}
                </>
              )}
              {words}
            </span>
            {code !== null && (
              <span className="text-muted">
                <code className="font-mono text-xs">{code}</code>
                {detail !== undefined && <>, {detail}</>}
              </span>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}
