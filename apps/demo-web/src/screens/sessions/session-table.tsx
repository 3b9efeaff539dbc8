import { Link } from '@tanstack/react-router'
import type { Session } from '@viva/client'
import { sessions as strings } from '#strings/sessions.ts'
import { formatDateTime } from '../../ui/format.ts'
import { candidateName } from './candidate-name.ts'
import { PickBox, type RowActions, SessionActions } from './session-actions.tsx'
import { StateBadge, StrikeBadges } from './session-badges.tsx'
import { SessionTime } from './session-time.tsx'

const HEADINGS = [
  ['select', 'w-16'],
  ['candidate', 'w-[20%]'],
  ['interview', ''],
  ['state', 'w-[15%]'],
  ['strikes', 'w-[11%]'],
  ['created', 'w-32'],
  ['time', 'w-32'],
  ['actions', 'w-40'],
] as const

/** Sessions as a table, for wide screens. Its columns keep their widths whatever stands in them. */
export function SessionTable({ rows, actions }: { rows: readonly Session[]; actions: RowActions }) {
  return (
    <table className="w-full table-fixed border-collapse text-sm">
      <caption className="sr-only">{strings.table.label}</caption>
      <thead>
        <tr className="border-b border-line text-left">
          {HEADINGS.map(([name, width]) => (
            <th key={name} scope="col" className={`px-3 py-2 font-medium text-muted ${width}`}>
              {strings.table[name]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="divide-y divide-line">
        {rows.map((session) => (
          <Row key={session.id} session={session} actions={actions} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ session, actions }: { session: Session; actions: RowActions }) {
  const { id, candidate, interviewTitle, createdAt } = session
  return (
    <tr className="relative align-top hover:bg-sunken">
      <td className="px-3 py-3">
        <PickBox session={session} actions={actions} />
      </td>
      <th scope="row" className="px-3 py-3 text-left font-normal">
        <Link
          to="/c/$companyId/sessions/$sessionId"
          params={{ companyId: actions.companyId, sessionId: id }}
          // The whole row leads there; what else can be pressed lies above.
          className="font-medium wrap-anywhere after:absolute after:inset-0 hover:underline"
        >
          {candidateName(session)}
        </Link>
        {candidate.name !== null && candidate.email !== null && (
          <span className="block text-muted wrap-anywhere">{candidate.email}</span>
        )}
      </th>
      <td className="px-3 py-3 wrap-anywhere">{interviewTitle}</td>
      <td className="px-3 py-3 [&>span]:whitespace-normal">
        <StateBadge session={session} />
      </td>
      <td className="px-3 py-3">
        {session.strikeCount === 0 && !session.flagged && (
          <span className="text-muted">{strings.noStrikes}</span>
        )}
        <span className="flex flex-wrap gap-1">
          <StrikeBadges session={session} />
        </span>
      </td>
      <td className="px-3 py-3">
        <time dateTime={createdAt}>{formatDateTime(createdAt)}</time>
      </td>
      <td className="px-3 py-3">
        <SessionTime session={session} />
      </td>
      <td className="px-3 py-2">
        <SessionActions session={session} actions={actions} />
      </td>
    </tr>
  )
}
