import { reports } from '@viva/db/schema'
import type { EndReason, SessionAction } from '../../contract/index.ts'
import type { AppContext } from '../../core/context.ts'
import { type Transaction, transaction } from '../../core/transaction.ts'
import { isOverdue, lockSession, requireAction, type SessionRow, updateSession } from './internal.ts'

/** How a session is closed: by what, and why where it was not completed. */
export interface Closing {
  action: Extract<SessionAction, 'finalize' | 'withdraw' | 'end'>
  reason: EndReason | null
  /** Words of the person or the rule behind it. */
  note: string | null
}

/**
 * Closes a session for good: terminal state, transition in the log, which seals it, and an order for the report where the interview had begun. Everything that was answered stays. Call it last in a transaction that holds
 * the session's lock.
 *
 * @throws INVALID_STATE
 */
export async function closeSession(
  ctx: AppContext,
  tx: Transaction,
  row: SessionRow,
  closing: Closing,
): Promise<SessionRow> {
  const to = requireAction(row, closing.action)
  const now = ctx.clock.now()
  const closed = await updateSession(tx, row, { state: to, endReason: closing.reason, closedAt: now })
  if (closed.startedAt !== null) {
    const { id: sessionId, companyId } = closed
    await tx.db
      .insert(reports)
      .values({ id: ctx.random.id(), sessionId, companyId, status: 'pending', createdAt: now })
      .onConflictDoNothing()
    tx.poke('work:reports', now.getTime())
  }
  const payload = { from: row.state, to, action: closing.action, reason: closing.reason, note: closing.note }
  // Nobody calls for a deadline, even where a late call is what finds it passed.
  const bySystem = closing.reason === 'expired' || closing.reason === 'policy'
  await tx.append(row.id, [
    { type: 'session.transitioned', payload, ...(bySystem ? { actor: 'system' } : {}) },
  ])
  return closed
}

/** Ends a session that is not to be completed. */
export function endSession(
  ctx: AppContext,
  tx: Transaction,
  row: SessionRow,
  ending: { reason: EndReason; note: string | null; action?: 'end' | 'withdraw' },
): Promise<SessionRow> {
  return closeSession(ctx, tx, row, { action: 'end', ...ending })
}

/** Ends a session whose deadline has passed, unless somebody else did. Returns whether this call did. */
export function endIfOverdue(ctx: AppContext, sessionId: string): Promise<boolean> {
  return transaction(ctx, async (tx) => {
    const row = await lockSession(tx, sessionId)
    if (!isOverdue(row, ctx.clock.now())) return false
    await endSession(ctx, tx, row, { reason: 'expired', note: null })
    return true
  })
}
