import { X } from 'lucide-react'
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react'
import { common } from '#strings/common.ts'
import { Button } from './button.tsx'

/**
 * A modal dialog: the browser's own, which keeps the focus inside, closes on Escape and gives the focus back. Mount it
 * while it is open.
 */
export function Dialog({
  title,
  onClose,
  children,
  wide = false,
}: {
  title: string
  onClose: () => void
  children: ReactNode
  wide?: boolean
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  // Closed while it is still in the page: a dialog that is merely taken away gives the focus back to nothing.
  useLayoutEffect(() => {
    const element = dialog.current
    if (element && !element.open) element.showModal()
    return () => element?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        // The owner decides, and unmounts it.
        event.preventDefault()
        onClose()
      }}
      className={`m-auto max-h-[90dvh] w-[calc(100%-2rem)] overflow-y-auto rounded-2xl border border-line bg-surface p-0 text-ink shadow-xl backdrop:bg-black/50 ${wide ? 'max-w-3xl' : 'max-w-lg'}`}
    >
      <div className="flex items-center justify-between gap-4 border-b border-line px-4 py-3 sm:px-6">
        <h2 id={id} className="text-lg font-semibold">
          {title}
        </h2>
        <Button variant="quiet" size="icon" aria-label={common.close} onClick={onClose}>
          <X aria-hidden className="size-5" />
        </Button>
      </div>
      <div className="px-4 py-4 sm:px-6">{children}</div>
    </dialog>
  )
}
