import { isVivaError } from '@viva/client'
import { CircleAlert, type LucideIcon, RotateCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { common } from '#strings/common.ts'
import { describeError, unknownError } from '#strings/errors.ts'
import { Button } from './button.tsx'

/** Grey bars in the place of what is on its way. `rows` should match what comes, so that nothing jumps. */
export function Loading({ rows = 3, rowClass = 'h-14' }: { rows?: number; rowClass?: string }) {
  return (
    <div role="status" className="grid gap-3">
      <span className="sr-only">{common.loading}</span>
      {Array.from({ length: rows }, (_, row) => (
        // Bars have no identity beyond their place.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <div key={row} aria-hidden className={`animate-pulse rounded-lg bg-sunken ${rowClass}`} />
      ))}
    </div>
  )
}

/** Nothing is there yet: says why, and what to do about it. */
export function Empty({
  icon: Icon,
  title,
  children,
  action,
}: {
  icon: LucideIcon
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="grid justify-items-center gap-3 rounded-xl border border-dashed border-line px-6 py-12 text-center">
      <Icon aria-hidden className="size-8 text-muted" />
      <p className="font-medium">{title}</p>
      {children !== undefined && <div className="max-w-prose text-sm text-muted">{children}</div>}
      {action}
    </div>
  )
}

/** What an error means for a person; the request id finds it in the server's log. */
function messageOf(error: unknown): string {
  return isVivaError(error) ? describeError(error) : unknownError
}

/** Something failed: what, and how to go on. */
export function Failure({
  error,
  onRetry,
  title = common.somethingFailed,
}: {
  error: unknown
  onRetry?: (() => void) | undefined
  title?: string
}) {
  const requestId = isVivaError(error) ? error.requestId : null
  return (
    <div role="alert" className="flex gap-3 rounded-xl border border-bad bg-bad-soft p-4">
      <CircleAlert aria-hidden className="mt-0.5 size-5 shrink-0 text-bad" />
      <div className="grid min-w-0 justify-items-start gap-2">
        <p className="font-medium text-bad">{title}</p>
        <p className="text-sm wrap-anywhere">{messageOf(error)}</p>
        {requestId && <p className="font-mono text-xs wrap-anywhere">{common.requestId(requestId)}</p>}
        {onRetry && (
          <Button size="small" onClick={onRetry}>
            <RotateCw aria-hidden className="size-4" />
            {common.tryAgain}
          </Button>
        )}
      </div>
    </div>
  )
}
