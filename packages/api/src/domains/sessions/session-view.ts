import type { Sql } from '@viva/db'
import { interviewVersions, sessions } from '@viva/db/schema'
import { and, eq, sql } from 'drizzle-orm'
import type { Session } from '../../contract/index.ts'
import { notFound } from '../../core/errors.ts'
import type { Reader, SessionRow } from './internal.ts'

/** The title of the interview version that a session runs by. */
export const interviewTitle = sql<string>`${interviewVersions.definition} ->> 'title'`

/** Joins a session with its interview's version. */
export const versionOfSession = and(
  eq(interviewVersions.interviewId, sessions.interviewId),
  eq(interviewVersions.version, sessions.interviewVersion),
)

/** What `toSession` reads of a session `s` and of its interview's version `v`, in raw SQL: lists and single reads are hot. */
export function sessionColumns(sql: Sql) {
  return sql`s.id, s.company_id as "companyId", s.interview_id as "interviewId",
    s.interview_version as "interviewVersion", s.policy_id as "policyId", s.policy_version as "policyVersion",
    s.state, s.end_reason as "endReason", s.candidate_id as "candidateId", s.candidate_name as "candidateName",
    s.candidate_email as "candidateEmail", s.consents, s.last_client_seq as "lastClientSeq",
    s.strike_count as "strikeCount", s.flagged, s.created_by as "createdBy", s.created_at as "createdAt",
    s.started_at as "startedAt", s.deadline_at as "deadlineAt", s.closed_at as "closedAt",
    v.definition ->> 'title' as title`
}

/** Shapes a session as a member of its company sees it. */
export function toSession(row: Omit<SessionRow, 'policyState'>, title: string): Session {
  return {
    id: row.id,
    companyId: row.companyId,
    interviewId: row.interviewId,
    interviewVersion: row.interviewVersion,
    interviewTitle: title,
    state: row.state,
    endReason: row.endReason,
    candidate: { id: row.candidateId, name: row.candidateName, email: row.candidateEmail },
    strikeCount: row.strikeCount,
    flagged: row.flagged,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    deadlineAt: row.deadlineAt.toISOString(),
    closedAt: row.closedAt?.toISOString() ?? null,
  }
}

/**
 * A session of one company.
 *
 * @throws NOT_FOUND, also where it is another company's
 */
export async function loadSession(
  db: Reader,
  of: { sessionId: string; companyId: string },
): Promise<Session> {
  const [found] = await db
    .select({ row: sessions, title: interviewTitle })
    .from(sessions)
    .innerJoin(interviewVersions, versionOfSession)
    .where(and(eq(sessions.id, of.sessionId), eq(sessions.companyId, of.companyId)))
  if (!found) throw notFound('session')
  return toSession(found.row, found.title)
}
