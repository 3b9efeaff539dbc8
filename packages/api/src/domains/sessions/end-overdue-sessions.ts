import { sessions } from '@viva/db/schema'
import { and, asc, lte, sql } from 'drizzle-orm'
import type { AppContext } from '../../core/context.ts'
import { endIfOverdue } from './close-session.ts'

const BATCH = 100

/**
 * Ends every session whose deadline has passed, its answers kept. Safe on several instances at once: each session is
 * ended under its lock by whoever comes first. One that cannot be ended now does not hold up the others.
 *
 * @returns how many this call ended
 */
export async function endOverdueSessions(ctx: AppContext): Promise<number> {
  const due = await ctx.db.drizzle
    .select({ id: sessions.id })
    .from(sessions)
    // The states word for word, as the partial index says them.
    .where(and(lte(sessions.deadlineAt, ctx.clock.now()), sql`state not in ('completed', 'ended')`))
    .orderBy(asc(sessions.deadlineAt))
    .limit(BATCH)
  let ended = 0
  for (const { id } of due) {
    try {
      if (await endIfOverdue(ctx, id)) ended++
    } catch (error) {
      ctx.log.error({ err: error, sessionId: id }, 'could not end an overdue session')
    }
  }
  return ended
}
