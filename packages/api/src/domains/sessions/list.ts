import { interviewVersions, sessions } from '@viva/db/schema'
import { and, desc, eq, gte, inArray, lt } from 'drizzle-orm'
import type { z } from 'zod'
import type { Page, Session } from '../../contract/index.ts'
import type { sessions as schemas } from '../../contract/schemas.ts'
import type { CompanyContext } from '../../core/context.ts'
import { decodeCursor, toPage } from '../../core/cursor.ts'
import { interviewTitle, toSession, versionOfSession } from './session-view.ts'

/** The company's sessions that pass every given filter, newest first. Sessions made meanwhile shift no page. */
export async function list({
  ctx,
  input,
}: {
  ctx: CompanyContext
  input: z.output<typeof schemas.listSessionsInput>
}): Promise<Page<Session>> {
  const { interviewId, state, flagged, candidateEmail, createdAfter, createdBefore, cursor, limit } = input
  const rows = await ctx.db.drizzle
    .select({ row: sessions, title: interviewTitle })
    .from(sessions)
    .innerJoin(interviewVersions, versionOfSession)
    .where(
      and(
        eq(sessions.companyId, ctx.member.companyId),
        interviewId === undefined ? undefined : eq(sessions.interviewId, interviewId),
        state === undefined ? undefined : inArray(sessions.state, state),
        flagged === undefined ? undefined : eq(sessions.flagged, flagged),
        candidateEmail === undefined ? undefined : eq(sessions.candidateEmail, candidateEmail),
        createdAfter === undefined ? undefined : gte(sessions.createdAt, new Date(createdAfter)),
        createdBefore === undefined ? undefined : lt(sessions.createdAt, new Date(createdBefore)),
        cursor ? lt(sessions.id, decodeCursor(cursor)) : undefined,
      ),
    )
    .orderBy(desc(sessions.id))
    .limit(limit + 1)
  const found = rows.map(({ row, title }) => ({ id: row.id, row, title }))
  return toPage(found, limit, ({ row, title }) => toSession(row, title))
}
