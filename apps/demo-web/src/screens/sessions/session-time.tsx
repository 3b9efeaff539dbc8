import type { Session } from '@viva/client'
import { sessions as strings } from '#strings/sessions.ts'
import { formatDateTime, formatRelative } from '../../ui/format.ts'

/** When a session was closed, or until when it can go on. */
export function SessionTime({ session }: { session: Session }) {
  const { state, closedAt, deadlineAt } = session
  const at = closedAt ?? deadlineAt
  const label = closedAt !== null ? strings.closedAt : state === 'active' ? strings.endsAt : strings.linkUntil
  return (
    <>
      <span className="block text-xs text-muted">{label}</span>
      <time dateTime={at} title={formatDateTime(at)} className="block">
        {state === 'active' ? formatRelative(at) : formatDateTime(at)}
      </time>
    </>
  )
}
