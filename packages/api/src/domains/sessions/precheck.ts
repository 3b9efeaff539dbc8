import type { z } from 'zod'
import type { CandidateSession, Sensor } from '../../contract/index.ts'
import type { sessions } from '../../contract/schemas.ts'
import type { SessionContext } from '../../core/context.ts'
import { AppError } from '../../core/errors.ts'
import type { NewEvent } from '../../core/event-log.ts'
import { loadCandidateSession } from './candidate-session.ts'
import { changeSession } from './change-session.ts'
import { loadDefinition, updateSession } from './internal.ts'

/**
 * Records the candidate's decision on each sensor that the interview asks for, and facts about the device. What was not
 * decided counts as declined; what was not asked for is not kept. May be repeated until the start.
 *
 * @throws INVALID_INPUT naming each required sensor that was declined; nothing changes then. INVALID_STATE,
 *   IDEMPOTENCY_KEY_REUSED
 */
export function precheck({
  ctx,
  input,
}: {
  ctx: SessionContext
  input: z.output<typeof sessions.precheckInput>
}): Promise<CandidateSession> {
  const { sessionId } = ctx.actor
  const idempotency = { procedure: 'sessions.precheck', key: input.idempotencyKey, input }
  return changeSession(ctx, { sessionId, action: 'precheck', idempotency }, async (tx, { row, to }) => {
    const { sensors } = await loadDefinition(tx.db, row)
    const consents: Partial<Record<Sensor, boolean>> = {}
    for (const { sensor } of sensors) consents[sensor] = input.consents[sensor] ?? false
    const declined = sensors.filter(({ sensor, required }) => required && consents[sensor] !== true)
    if (declined.length > 0) {
      throw new AppError(
        'INVALID_INPUT',
        'This interview cannot be held without the sensors that it requires. Ask the company for another way.',
        {
          issues: declined.map(({ sensor }) => ({
            path: `consents.${sensor}`,
            message: 'is required for this interview',
          })),
        },
      )
    }
    await updateSession(tx, row, { state: to, consents })
    const events: NewEvent[] = [{ type: 'session.prechecked', payload: { consents, device: input.device } }]
    if (to !== row.state) {
      const payload = { from: row.state, to, action: 'precheck', reason: null, note: null } as const
      events.push({ type: 'session.transitioned', payload })
    }
    await tx.append(sessionId, events)
    return loadCandidateSession(ctx, tx.db, sessionId)
  })
}
