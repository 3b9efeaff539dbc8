import type { SessionSummary } from '../../contract/index.ts'
import type { SessionContext } from '../../core/context.ts'
import { requireSession } from './internal.ts'
import { summarize } from './session-summary.ts'

/** What the session came to so far, for its candidate. */
export async function summary({ ctx }: { ctx: SessionContext }): Promise<SessionSummary> {
  const db = ctx.db.drizzle
  return summarize(db, await requireSession(db, ctx.actor.sessionId))
}
