import type { ReactNode } from 'react'
import { common } from '#strings/common.ts'
import { Button } from './button.tsx'

/**
 * The foot of a long form, always in view: how things stand, read out when that changes, and the button that saves.
 * Forms that it stands in take `CLEAR_OF_SAVE_BAR`, so that what has the focus is never behind it.
 */
export function SaveBar({
  status,
  needsAttention,
  isSaving,
  actions,
}: {
  status: string
  needsAttention: boolean
  isSaving: boolean
  actions?: ReactNode
}) {
  return (
    <div className="sticky bottom-0 z-10 -mx-4 mt-6 border-t border-line bg-surface px-4 py-3 sm:-mx-6 sm:px-6">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p role="status" className={`text-sm ${needsAttention ? 'font-medium text-warn' : 'text-muted'}`}>
          {status}
        </p>
        <div className="flex flex-wrap gap-2">
          {actions}
          <Button type="submit" variant="primary" pending={isSaving}>
            {common.save}
          </Button>
        </div>
      </div>
    </div>
  )
}

/** For the form around a {@link SaveBar}: what takes the focus is scrolled clear of it (WCAG 2.4.11). */
export const CLEAR_OF_SAVE_BAR =
  '[&_:is(input,textarea,select,button,a)]:scroll-mb-32 [&_:is(input,textarea,select,button,a)]:scroll-mt-4'
