import { sessions, strikes, users } from '@viva/db/schema'
import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import { isTerminal, type StrikeReview } from '../../contract/index.ts'
import type { reviewStrikeInput } from '../../contract/schemas/proctoring.ts'
import { audit } from '../../core/audit.ts'
import type { CompanyContext } from '../../core/context.ts'
import { AppError, notFound } from '../../core/errors.ts'
import type { NewEvent } from '../../core/event-log.ts'
import { idempotent } from '../../core/idempotency.ts'
import { type Transaction, transaction } from '../../core/transaction.ts'
import { endSession, isOverdue, lockSession, type SessionRow } from '../sessions/index.ts'
import { storedState } from './internal.ts'
import { type Decision, review } from './policy-engine.ts'
import { countStanding, loadRules, toCounts } from './standing-strikes.ts'

type Input = z.output<typeof reviewStrikeInput>

/**
 * Records a person's decision on a strike, in any state of its session: in the log, and with the strike, whose newest
 * decision holds. The session's count and flag follow from the strikes that then stand, and so does what the policy makes of
 * what comes next. Of two reviewers at once both are recorded, and the later one holds.
 *
 * @throws NOT_FOUND, also where session or strike are another company's; FORBIDDEN to the session's own candidate, whatever
 *   their role; IDEMPOTENCY_KEY_REUSED
 */
export function reviewStrike({ ctx, input }: { ctx: CompanyContext; input: Input }): Promise<StrikeReview> {
  const { companyId } = ctx.member
  const { sessionId, strikeId, decision, idempotencyKey: key } = input
  const call = { scope: `user:${ctx.actor.userId}`, procedure: 'proctoring.reviewStrike', key, input }
  return transaction(ctx, async (tx) => {
    const row = await lockSession(tx, sessionId, companyId)
    requireOther(row, ctx.actor.userId)
    return idempotent(ctx, tx, call, async () => {
      const isOver = isTerminal(row.state) || isOverdue(row, ctx.clock.now())
      const message = await requireStrike(tx, input)
      const [reviewed] = await tx.append(sessionId, [
        { type: 'strike.reviewed', payload: { strikeId, decision, reason: input.reason } },
      ])
      if (!reviewed) throw new Error('the log took no event')
      const kept = await keepReview(tx, input, { reviewerId: ctx.actor.userId, at: reviewed.at })
      const decisions = await applyReview(tx, row, isOver)
      const due = decisions.flatMap(toAppliedEvent)
      if (due.length > 0) await tx.append(sessionId, due)
      if (due.some(({ payload }) => payload.action === 'end')) {
        await endSession(ctx, tx, row, { reason: 'policy', note: message })
      }
      await audit(ctx, tx.db, {
        companyId,
        action: 'proctoring.reviewStrike',
        target: strikeId,
        details: { sessionId, decision },
      })
      return kept
    })
  })
}

/** A member may sit an interview of their own company, but nobody judges what they are accused of themselves. */
function requireOther({ candidateId }: SessionRow, userId: string): void {
  if (candidateId !== userId) return
  throw new AppError('FORBIDDEN', 'This is your own interview: somebody else has to review its strikes.', {})
}

/** The message of a strike of this very session. The session's lock keeps rival reviewers out. */
async function requireStrike(tx: Transaction, { sessionId, strikeId }: Input): Promise<string> {
  const [strike] = await tx.db
    .select({ message: strikes.message })
    .from(strikes)
    .where(and(eq(strikes.id, strikeId), eq(strikes.sessionId, sessionId)))
  if (!strike) throw notFound('strike')
  return strike.message
}

async function keepReview(
  tx: Transaction,
  { strikeId, decision, reason }: Input,
  by: { reviewerId: string; at: string },
): Promise<StrikeReview> {
  await tx.db
    .update(strikes)
    .set({
      reviewDecision: decision,
      reviewReason: reason,
      reviewedBy: by.reviewerId,
      reviewedAt: new Date(by.at),
    })
    .where(eq(strikes.id, strikeId))
  const [reviewer] = await tx.db
    .select({ id: users.id, name: users.name })
    .from(users)
    .where(eq(users.id, by.reviewerId))
  if (!reviewer) throw notFound('user')
  return { decision, reason, reviewer, at: by.at }
}

/** Brings count, flag and the engine's state in line with the strikes that stand; nothing becomes due once it is over. */
async function applyReview(tx: Transaction, row: SessionRow, isOver: boolean): Promise<Decision[]> {
  const rules = await loadRules(tx.db, row)
  const standing = await countStanding(tx.db, row.id)
  const before = storedState(row, rules)
  const { state, decisions } = isOver
    ? { state: { ...before, strikes: standing }, decisions: [] }
    : review(rules, before, standing)
  await tx.db
    .update(sessions)
    .set({ policyState: state, ...toCounts(rules, standing) })
    .where(eq(sessions.id, row.id))
  return decisions
}

function toAppliedEvent(decision: Decision): Extract<NewEvent, { type: 'policy.applied' }>[] {
  if (decision.type !== 'consequence') return []
  // The policy's rules say what follows, whoever's decision made it due.
  return [{ type: 'policy.applied', payload: { ...decision.consequence }, actor: 'system' }]
}
