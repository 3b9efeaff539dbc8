import { companies, interviewVersions, sessions } from '@viva/db/schema'
import { and, desc, eq, lt } from 'drizzle-orm'
import type { z } from 'zod'
import type { OwnSession, Page } from '../../contract/index.ts'
import type { sessions as schemas } from '../../contract/schemas.ts'
import type { UserContext } from '../../core/context.ts'
import { decodeCursor, toPage } from '../../core/cursor.ts'
import { interviewTitle, versionOfSession } from './session-view.ts'

/** The sessions in which the caller is the candidate, of every company, newest first. */
export async function mine({
  ctx,
  input,
}: {
  ctx: UserContext
  input: z.output<typeof schemas.ownSessionsInput>
}): Promise<Page<OwnSession>> {
  const { cursor, limit } = input
  const rows = await ctx.db.drizzle
    .select({
      id: sessions.id,
      interviewTitle,
      companyName: companies.name,
      state: sessions.state,
      endReason: sessions.endReason,
      createdAt: sessions.createdAt,
      startedAt: sessions.startedAt,
      deadlineAt: sessions.deadlineAt,
      closedAt: sessions.closedAt,
    })
    .from(sessions)
    .innerJoin(interviewVersions, versionOfSession)
    .innerJoin(companies, eq(companies.id, sessions.companyId))
    .where(
      and(
        eq(sessions.candidateId, ctx.actor.userId),
        cursor ? lt(sessions.id, decodeCursor(cursor)) : undefined,
      ),
    )
    .orderBy(desc(sessions.id))
    .limit(limit + 1)
  return toPage(rows, limit, ({ createdAt, startedAt, deadlineAt, closedAt, ...row }) => ({
    ...row,
    createdAt: createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    deadlineAt: deadlineAt.toISOString(),
    closedAt: closedAt?.toISOString() ?? null,
  }))
}
