import type { z } from 'zod'
import type { Session } from '../../contract/index.ts'
import type { sessions } from '../../contract/schemas.ts'
import { audit } from '../../core/audit.ts'
import type { CompanyContext } from '../../core/context.ts'
import { changeSession } from './change-session.ts'
import { endSession } from './close-session.ts'
import { loadSession } from './session-view.ts'

/**
 * Ends a session by a member's decision, for a reason that goes into the log.
 *
 * @throws NOT_FOUND, INVALID_STATE, IDEMPOTENCY_KEY_REUSED
 */
export async function end({
  ctx,
  input,
}: {
  ctx: CompanyContext
  input: z.output<typeof sessions.endSessionInput>
}): Promise<Session> {
  const { companyId } = ctx.member
  const { sessionId, reason, note } = input
  const idempotency = { procedure: 'sessions.end', key: input.idempotencyKey, input }
  await changeSession(ctx, { sessionId, companyId, action: 'end', idempotency }, async (tx, { row }) => {
    await audit(ctx, tx.db, { companyId, action: 'sessions.end', target: sessionId, details: { reason } })
    await endSession(ctx, tx, row, { reason, note })
    // The view is read anew for a replay: a kept one would keep the candidate's name and address.
    return { sessionId }
  })
  return loadSession(ctx.db.drizzle, { sessionId, companyId })
}
