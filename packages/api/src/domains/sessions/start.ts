import type { z } from 'zod'
import type { CandidateSession } from '../../contract/index.ts'
import type { sessions } from '../../contract/schemas.ts'
import type { SessionContext } from '../../core/context.ts'
import { loadCandidateSession } from './candidate-session.ts'
import { changeSession } from './change-session.ts'
import { loadDefinition, updateSession } from './internal.ts'

/**
 * Starts the interview: from here on the interview's time limit is the session's deadline, by the server's clock.
 *
 * @throws INVALID_STATE
 */
export function start({
  ctx,
  input,
}: {
  ctx: SessionContext
  input: z.output<typeof sessions.keyedSessionInput>
}): Promise<CandidateSession> {
  const { sessionId } = ctx.actor
  const idempotency = { procedure: 'sessions.start', key: input.idempotencyKey, input }
  return changeSession(ctx, { sessionId, action: 'start', idempotency }, async (tx, { row, to }) => {
    const { limits } = await loadDefinition(tx.db, row)
    const startedAt = ctx.clock.now()
    const deadlineAt = new Date(startedAt.getTime() + limits.totalSeconds * 1000)
    await updateSession(tx, row, { state: to, startedAt, deadlineAt })
    const payload = { from: row.state, to, action: 'start', reason: null, note: null } as const
    await tx.append(sessionId, [{ type: 'session.transitioned', payload }])
    return loadCandidateSession(ctx, tx.db, sessionId)
  })
}
