import type { z } from 'zod'
import type { SessionSummary } from '../../contract/index.ts'
import type { sessions } from '../../contract/schemas.ts'
import type { SessionContext } from '../../core/context.ts'
import { changeSession } from './change-session.ts'
import { closeSession } from './close-session.ts'
import { summarize } from './session-summary.ts'

/**
 * Completes the session: its log is sealed and its report is ordered.
 *
 * @throws INVALID_STATE
 */
export function finalize({
  ctx,
  input,
}: {
  ctx: SessionContext
  input: z.output<typeof sessions.keyedSessionInput>
}): Promise<SessionSummary> {
  const { sessionId } = ctx.actor
  const idempotency = { procedure: 'sessions.finalize', key: input.idempotencyKey, input }
  return changeSession(ctx, { sessionId, action: 'finalize', idempotency }, async (tx, { row }) => {
    const closed = await closeSession(ctx, tx, row, { action: 'finalize', reason: null, note: null })
    return summarize(tx.db, closed)
  })
}
