import type { User } from '../../contract/index.ts'
import type { NewEvent } from '../../core/event-log.ts'
import type { Transaction } from '../../core/transaction.ts'
import { requireAction, type SessionRow, updateSession } from './internal.ts'

/**
 * Makes a user the candidate of a session: `setup` to `precheck`, with the events of both. Names that the company gave
 * stay; gaps are filled from the account.
 *
 * @param before events of the same moment that come first
 * @throws INVALID_STATE where somebody else took it
 */
export async function takeSession(
  tx: Transaction,
  row: SessionRow,
  user: User,
  before: readonly NewEvent[] = [],
): Promise<SessionRow> {
  const to = requireAction(row, 'claim')
  const taken = await updateSession(tx, row, {
    state: to,
    candidateId: user.id,
    candidateName: row.candidateName ?? user.name,
    candidateEmail: row.candidateEmail ?? user.email,
  })
  // The caller had no token of this session yet, and may have had none at all.
  const actor = `candidate:${user.id}`
  await tx.append(row.id, [
    ...before.map((event) => ({ ...event, actor })),
    { type: 'session.claimed', payload: { guest: user.guest }, actor },
    {
      type: 'session.transitioned',
      payload: { from: row.state, to, action: 'claim', reason: null, note: null },
      actor,
    },
  ])
  return taken
}
