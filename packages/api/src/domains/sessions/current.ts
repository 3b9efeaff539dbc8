import type { CandidateSession } from '../../contract/index.ts'
import type { SessionContext } from '../../core/context.ts'
import { loadCandidateSession } from './candidate-session.ts'

/** The session as its candidate sees it now: where to go on after a reload. */
export function current({ ctx }: { ctx: SessionContext }): Promise<CandidateSession> {
  return loadCandidateSession(ctx, ctx.db.drizzle, ctx.actor.sessionId)
}
