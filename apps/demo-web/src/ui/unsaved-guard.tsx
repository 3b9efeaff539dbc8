import { useBlocker } from '@tanstack/react-router'
import { editing } from '#strings/editing.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

// Declared once: the blocker is set up anew whenever the function changes.
const always = () => true

/** While there is something unsaved, asks before another screen is opened or the page is closed. */
export function UnsavedGuard({ isUnsaved }: { isUnsaved: boolean }) {
  const blocker = useBlocker({ shouldBlockFn: always, disabled: !isUnsaved, withResolver: true })
  if (blocker.status !== 'blocked') return null
  return (
    <Dialog title={editing.leave.title} onClose={blocker.reset}>
      <p className="mb-4">{editing.leave.text}</p>
      <div className="flex flex-wrap justify-end gap-2">
        <Button variant="danger" onClick={blocker.proceed}>
          {editing.leave.leave}
        </Button>
        <Button variant="primary" onClick={blocker.reset}>
          {editing.leave.stay}
        </Button>
      </div>
    </Dialog>
  )
}
