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

/** Shapes a session as a member of its company sees it. */
export function toSession(row: SessionRow, title: string): Session {
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
