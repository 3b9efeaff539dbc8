import { formatClock } from '../../ui/format.ts'
import type { Judged } from './sample.ts'

/** The same as the list below it, for the eye alone: where signals came close together, and which made a strike. */
export function PreviewTimeline({ judged }: { judged: Judged[] }) {
  const last = Math.max(...judged.map(({ seconds }) => seconds), 1)
  const at = (seconds: number) => ({ left: `${(seconds / last) * 100}%` })
  return (
    <div aria-hidden className="grid gap-1 px-3">
      <div className="relative h-12">
        <div className="absolute inset-x-0 bottom-2 h-0.5 bg-line" />
        {judged.map(({ position, seconds, partOf, strikes }) => (
          <div
            key={position}
            className="absolute bottom-0 grid -translate-x-1/2 justify-items-center"
            style={at(seconds)}
          >
            {strikes.length > 0 && (
              <span className="mb-1 grid h-6 min-w-6 place-items-center rounded-full bg-warn px-1.5 text-xs font-semibold text-surface">
                {strikes.map(({ number }) => number).join(', ')}
              </span>
            )}
            <span
              className={`my-[3px] size-3 rounded-full border-2 ${partOf.length > 0 ? 'border-warn bg-warn' : 'border-edge bg-surface'}`}
            />
          </div>
        ))}
      </div>
      <div className="flex justify-between font-mono text-xs text-muted tabular-nums">
        <span>{formatClock(0)}</span>
        <span>{formatClock(last)}</span>
      </div>
    </div>
  )
}
