import type { Sql } from '@viva/db'
import { SESSION_STATES, type SessionState } from '../../contract/index.ts'
import type { TimePosition } from '../../core/cursor.ts'
import type { SessionRow } from './internal.ts'
import { sessionColumns } from './session-view.ts'

/** Which of a company's sessions a page shows; what is absent narrows nothing. */
export interface SessionFilter {
  companyId: string
  interviewId?: string | undefined
  state?: readonly SessionState[] | undefined
  flagged?: boolean | undefined
  candidateEmail?: string | undefined
  createdAfter?: string | undefined
  createdBefore?: string | undefined
  /** Where the page before ended; null for the first one. */
  after: TimePosition | null
  /** Rows at most. */
  limit: number
}

/** A row of a page: a session without what only the policy engine reads, and its interview's title. */
export type ListedSession = Omit<SessionRow, 'policyState'> & { title: string }

/**
 * Reads a page of a company's sessions, newest first, in time that does not grow with their number. Every filter walks an
 * index that begins with what is equal and goes on in the page's order, so that no row is read only to be left out. States
 * and flags are no order: each pair of them is a list of its own, of which the newest rows are merged.
 */
export function sessionPage(sql: Sql, filter: SessionFilter) {
  return sql<ListedSession[]>`
    select ${sessionColumns(sql)}
    from (${idsOf(sql, filter)}) page
    join sessions s on s.id = page.id
    join interview_versions v on v.interview_id = s.interview_id and v.version = s.interview_version
    order by s.created_at desc, s.id desc`
}

function idsOf(sql: Sql, filter: SessionFilter) {
  const { state, flagged, candidateEmail, limit } = filter
  if (candidateEmail !== undefined) {
    // One address has few sessions, so that the other filters may look at each.
    const states = state === undefined ? sql`` : sql`and c.state = any(${[...state]}::text[])`
    const flag = flagged === undefined ? sql`` : sql`and c.flagged = ${flagged}`
    return newest(sql, filter, sql`and c.candidate_email = ${candidateEmail} ${states} ${flag}`)
  }
  if (state === undefined && flagged === undefined) return newest(sql, filter, sql``)
  const states = state === undefined ? SESSION_STATES : [...new Set(state)]
  const flags = flagged === undefined ? sql`(values (true), (false))` : sql`(values (${flagged}::boolean))`
  return sql`
    select pair.id, pair.created_at
    from unnest(${[...states]}::text[]) as wanted (state)
    cross join ${flags} as mark (flagged)
    cross join lateral (
      ${newest(sql, filter, sql`and c.state = wanted.state and c.flagged = mark.flagged`)}
    ) pair
    order by pair.created_at desc, pair.id desc limit ${limit}`
}

/** The newest sessions for which `condition` holds, and what every list has: company, interview, range and cursor. */
function newest(sql: Sql, filter: SessionFilter, condition: ReturnType<Sql>) {
  const { companyId, interviewId, createdAfter, createdBefore, after, limit } = filter
  const range = [
    interviewId === undefined ? sql`` : sql`and c.interview_id = ${interviewId}`,
    createdAfter === undefined ? sql`` : sql`and c.created_at >= ${new Date(createdAfter)}`,
    createdBefore === undefined ? sql`` : sql`and c.created_at < ${new Date(createdBefore)}`,
    after === null ? sql`` : sql`and (c.created_at, c.id) < (${after.createdAt}, ${after.id})`,
  ]
  return sql`
    select c.id, c.created_at from sessions c
    where c.company_id = ${companyId} ${range} ${condition}
    order by c.created_at desc, c.id desc limit ${limit}`
}
