import { aiRuns, sessions } from '@viva/db/schema'
import { and, desc, eq, lt } from 'drizzle-orm'
import type { z } from 'zod'
import type { Page, Run } from '../../contract/index.ts'
import type { listRunsInput } from '../../contract/schemas/ai.ts'
import type { CompanyContext } from '../../core/context.ts'
import { decodeCursor, toPage } from '../../core/cursor.ts'
import { notFound } from '../../core/errors.ts'
import { toRun } from './internal.ts'

/** The AI runs of a session with everything that was recorded of them, newest first. */
export async function runs({
  ctx,
  input,
}: {
  ctx: CompanyContext
  input: z.output<typeof listRunsInput>
}): Promise<Page<Run>> {
  const { companyId } = ctx.member
  const { sessionId, limit } = input
  const [session] = await ctx.db.drizzle
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.id, sessionId), eq(sessions.companyId, companyId)))
  if (!session) throw notFound('session')
  const rows = await ctx.db.drizzle
    .select()
    .from(aiRuns)
    .where(
      and(
        eq(aiRuns.sessionId, sessionId),
        input.cursor ? lt(aiRuns.id, decodeCursor(input.cursor)) : undefined,
      ),
    )
    .orderBy(desc(aiRuns.id))
    .limit(limit + 1)
  return toPage(rows, limit, toRun)
}
