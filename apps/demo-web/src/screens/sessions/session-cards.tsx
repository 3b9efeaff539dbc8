import { Link } from '@tanstack/react-router'
import type { Session } from '@viva/client'
import { sessions as strings } from '#strings/sessions.ts'
import { formatDateTime } from '../../ui/format.ts'
import { candidateName } from './candidate-name.ts'
import { PickBox, type RowActions, SessionActions } from './session-actions.tsx'
import { StateBadge, StrikeBadges } from './session-badges.tsx'
import { SessionTime } from './session-time.tsx'

/** Sessions as cards, for narrow screens. */
export function SessionCards({ rows, actions }: { rows: readonly Session[]; actions: RowActions }) {
  return (
    <ul aria-label={strings.table.label} className="grid gap-3 sm:grid-cols-2">
      {rows.map((session) => (
        <Card key={session.id} session={session} actions={actions} />
      ))}
    </ul>
  )
}

function Card({ session, actions }: { session: Session; actions: RowActions }) {
  const { id, candidate, interviewTitle, createdAt } = session
  return (
    <li className="relative grid min-w-0 content-start gap-2 rounded-xl border border-line bg-surface p-4 text-sm hover:bg-sunken">
      <div className="flex items-start justify-between gap-3">
        <div className="grid min-w-0">
          <Link
            to="/c/$companyId/sessions/$sessionId"
            params={{ companyId: actions.companyId, sessionId: id }}
            className="text-base font-medium wrap-anywhere after:absolute after:inset-0"
          >
            {candidateName(session)}
          </Link>
          {candidate.name !== null && candidate.email !== null && (
            <span className="text-muted wrap-anywhere">{candidate.email}</span>
          )}
        </div>
        <PickBox session={session} actions={actions} />
      </div>
      <p className="wrap-anywhere">{interviewTitle}</p>
      <div className="flex flex-wrap gap-1.5">
        <StateBadge session={session} />
        <StrikeBadges session={session} />
      </div>
      <div className="grid grid-cols-2 gap-3">
        <div>
          <span className="block text-xs text-muted">{strings.table.created}</span>
          <time dateTime={createdAt}>{formatDateTime(createdAt)}</time>
        </div>
        <div>
          <SessionTime session={session} />
        </div>
      </div>
      <SessionActions session={session} actions={actions} />
    </li>
  )
}
