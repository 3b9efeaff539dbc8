import type { z } from 'zod'
import type { SessionSummary } from '../../contract/index.ts'
import type { sessions } from '../../contract/schemas.ts'
import type { SessionContext } from '../../core/context.ts'
import { changeSession } from './change-session.ts'
import { endSession } from './close-session.ts'
import { summarize } from './session-summary.ts'

/**
 * Ends the session by the candidate's own decision. What was answered stays.
 *
 * @throws INVALID_STATE
 */
export function withdraw({
  ctx,
  input,
}: {
  ctx: SessionContext
  input: z.output<typeof sessions.withdrawInput>
}): Promise<SessionSummary> {
  const { sessionId } = ctx.actor
  const idempotency = { procedure: 'sessions.withdraw', key: input.idempotencyKey, input }
  return changeSession(ctx, { sessionId, action: 'withdraw', idempotency }, async (tx, { row }) => {
    const note = input.note === '' ? null : input.note
    const closed = await endSession(ctx, tx, row, { action: 'withdraw', reason: 'withdrawn', note })
    return summarize(tx.db, closed)
  })
}
