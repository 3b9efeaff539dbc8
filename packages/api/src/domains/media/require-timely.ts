import type { SessionContext } from '../../core/context.ts'
import { AppError } from '../../core/errors.ts'
import { loadSession } from '../sessions/index.ts'

/**
 * How long after its session's end an upload that was announced before may get a new ticket or be
 * completed, in ms: time for a slow line to bring what was recorded, and not to record something better.
 */
const AFTERWARDS_MS = 3_600_000

/** @throws INVALID_STATE where the session is over, and the time for its uploads with it */
export async function requireTimely(ctx: SessionContext): Promise<void> {
  const { state, closedAt } = await loadSession(ctx.db.drizzle, ctx.actor)
  if (closedAt === null || ctx.clock.now().getTime() - Date.parse(closedAt) <= AFTERWARDS_MS) return
  throw new AppError('INVALID_STATE', 'The session is over, and the time for its uploads with it.', {
    state,
    allowed: [],
  })
}
