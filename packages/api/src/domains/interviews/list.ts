import { interviews } from '@viva/db/schema'
import { and, desc, eq, lt } from 'drizzle-orm'
import type { z } from 'zod'
import type { InterviewSummary, Page } from '../../contract/index.ts'
import type { interviews as schemas } from '../../contract/schemas.ts'
import type { CompanyContext } from '../../core/context.ts'
import { decodeCursor, toPage } from '../../core/cursor.ts'

/** The company's interviews, newest first. Interviews made meanwhile shift no page. */
export async function list({
  ctx,
  input,
}: {
  ctx: CompanyContext
  input: z.output<typeof schemas.listInterviewsInput>
}): Promise<Page<InterviewSummary>> {
  const { cursor, limit } = input
  const rows = await ctx.db.drizzle
    .select()
    .from(interviews)
    .where(
      and(
        eq(interviews.companyId, ctx.member.companyId),
        cursor ? lt(interviews.id, decodeCursor(cursor)) : undefined,
      ),
    )
    .orderBy(desc(interviews.id))
    .limit(limit + 1)
  return toPage(rows, limit, (row) => ({
    id: row.id,
    title: row.title,
    latestVersion: row.latestVersion,
    publishedVersion: row.publishedVersion,
    open: row.open,
    questionCount: row.questionCount,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }))
}
