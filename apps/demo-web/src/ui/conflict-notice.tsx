import { GitBranch } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { editing } from '#strings/editing.ts'
import { Button } from './button.tsx'

/** Somebody else saved meanwhile: `unsaved` is what to do about it, `loaded` stands over theirs while mine is kept. */
export type Conflict =
  | {
      status: 'unsaved'
      theirVersion: number
      onLoad: () => void
      onSaveMine: () => void
      isSaving: boolean
    }
  | { status: 'loaded'; theirVersion: number; onBack: () => void; onDrop: () => void }

/** Says that somebody else saved the same thing, and offers every way on. Takes the focus, since it needs an answer. */
export function ConflictNotice({ conflict, onLook }: { conflict: Conflict; onLook: () => void }) {
  const strings = editing.conflict
  const notice = useRef<HTMLDivElement>(null)
  const { status, theirVersion } = conflict
  // Also where the same notice says something else than before.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => notice.current?.focus(), [status, theirVersion])
  return (
    <div
      ref={notice}
      role="alert"
      tabIndex={-1}
      className="mb-6 flex scroll-mt-4 gap-3 rounded-xl border border-warn bg-warn-soft p-4"
    >
      <GitBranch aria-hidden className="mt-0.5 size-5 shrink-0 text-warn" />
      <div className="grid gap-3">
        <div>
          <p className="font-medium text-warn">
            {status === 'unsaved' ? strings.title(theirVersion) : strings.loadedTitle(theirVersion)}
          </p>
          <p className="text-sm">{status === 'unsaved' ? strings.text : strings.loadedText}</p>
        </div>
        <div className="flex flex-wrap gap-2">
          {conflict.status === 'unsaved' ? (
            <>
              <Button size="small" onClick={onLook}>
                {strings.look}
              </Button>
              <Button size="small" onClick={conflict.onLoad}>
                {strings.load}
              </Button>
              <Button size="small" pending={conflict.isSaving} onClick={conflict.onSaveMine}>
                {strings.saveMine(theirVersion + 1)}
              </Button>
            </>
          ) : (
            <>
              <Button size="small" onClick={conflict.onBack}>
                {strings.backToMine}
              </Button>
              <Button size="small" onClick={conflict.onDrop}>
                {strings.drop}
              </Button>
            </>
          )}
        </div>
      </div>
    </div>
  )
}
