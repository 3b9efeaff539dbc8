import type { SessionAction, SessionState } from '../../contract/index.ts'
import type { AppContext } from '../../core/context.ts'
import { idempotent } from '../../core/idempotency.ts'
import { type Transaction, transaction } from '../../core/transaction.ts'
import { endIfOverdue } from './close-session.ts'
import { invalidState, isOverdue, lockSession, requireAction, type SessionRow } from './internal.ts'

/** What `changeSession` must know of a call. */
export interface SessionChange {
  sessionId: string
  /** Where a member calls: the company whose session it must be. */
  companyId?: string
  action: SessionAction
  /** Absent for calls that may be sent again without harm. */
  idempotency?: { procedure: string; key: string | undefined; input: object }
}

/** A session that is held still for a change, and the state that the change leads to. */
export interface HeldSession {
  row: SessionRow
  to: SessionState
}

/**
 * Runs a change of one session in a transaction that holds its row, in the order that every write of a session keeps:
 * lock, replay of an earlier result, deadline, state table, then `work`. A session past its deadline is ended first,
 * and stays ended although the call is refused.
 *
 * @throws NOT_FOUND, INVALID_STATE, IDEMPOTENCY_KEY_REUSED, and whatever `work` throws
 * @example
 * return changeSession(ctx, { sessionId, action: 'recordSignals' }, async (tx, { row }) => { ... })
 */
export async function changeSession<Result>(
  ctx: AppContext,
  call: SessionChange,
  work: (tx: Transaction, session: HeldSession) => Promise<Result>,
): Promise<Result> {
  const { sessionId, companyId, action, idempotency } = call
  try {
    return await transaction(ctx, async (tx) => {
      const row = await lockSession(tx, sessionId, companyId)
      const change = () => {
        if (isOverdue(row, ctx.clock.now())) throw new Overdue()
        return work(tx, { row, to: requireAction(row, action) })
      }
      // Before the deadline and the state: a replay is answered as it was answered first, whatever came after.
      return idempotency === undefined
        ? change()
        : idempotent(ctx, tx, { scope: `session:${sessionId}`, ...idempotency }, change)
    })
  } catch (error) {
    if (!(error instanceof Overdue)) throw error
    // What the call began is rolled back; the ending is a transaction of its own, so that it lasts.
    await endIfOverdue(ctx, sessionId)
    throw invalidState('ended')
  }
}

/** Leaves the transaction of a call that came too late. */
class Overdue extends Error {
  override readonly name = 'Overdue'
}
