import type { Drizzle } from '@viva/db'
import { interviewVersions, sessions } from '@viva/db/schema'
import { and, eq } from 'drizzle-orm'
import {
  allowedActions,
  type InterviewDefinition,
  isTerminal,
  nextState,
  type SessionAction,
  type SessionState,
} from '../../contract/index.ts'
import { AppError, notFound } from '../../core/errors.ts'
import type { Transaction } from '../../core/transaction.ts'

/** A session as its table holds it. */
export type SessionRow = typeof sessions.$inferSelect

/** What reads rows: the database, or a transaction of it. */
export type Reader = Pick<Drizzle, 'select'>

/**
 * Loads a session and holds its row until the transaction ends, so that state, deadline and counters stand still. Take
 * this lock before every other one.
 *
 * @param companyId the company whose session it must be, where a member calls
 * @throws NOT_FOUND
 */
export async function lockSession(
  tx: Pick<Transaction, 'db'>,
  sessionId: string,
  companyId?: string,
): Promise<SessionRow> {
  // The company in the condition, not compared afterwards: another company's row is neither read nor held.
  const own = companyId === undefined ? undefined : eq(sessions.companyId, companyId)
  const [row] = await tx.db
    .select()
    .from(sessions)
    .where(and(eq(sessions.id, sessionId), own))
    .for('update')
  if (!row) throw notFound('session')
  return row
}

/**
 * Loads a session without holding it.
 *
 * @throws NOT_FOUND
 */
export async function requireSession(db: Reader, sessionId: string): Promise<SessionRow> {
  const [row] = await db.select().from(sessions).where(eq(sessions.id, sessionId))
  if (!row) throw notFound('session')
  return row
}

/**
 * The state that `action` leads to.
 *
 * @throws INVALID_STATE, with the state and what it allows, where the published table does not list the action
 */
export function requireAction(row: Pick<SessionRow, 'state'>, action: SessionAction): SessionState {
  const next = nextState(row.state, action)
  if (next === null) throw invalidState(row.state)
  return next
}

/** The answer to a call that the state does not allow. */
export function invalidState(state: SessionState): AppError<'INVALID_STATE'> {
  const allowed = allowedActions(state)
  const hint =
    allowed.length === 0 ? 'Nothing can be done with it any more.' : `It allows: ${allowed.join(', ')}.`
  return new AppError('INVALID_STATE', `The session is in state ${state}. ${hint}`, { state, allowed })
}

/** Whether the server's deadline has passed and nobody has ended the session yet. */
export function isOverdue(row: Pick<SessionRow, 'state' | 'deadlineAt'>, now: Date): boolean {
  return !isTerminal(row.state) && row.deadlineAt.getTime() <= now.getTime()
}

/**
 * Changes a session's row if it still is in the state that `row` shows: the condition in the write itself is what
 * makes one of two rivals lose, also for a caller that holds no lock.
 *
 * @throws INVALID_STATE, with the state as it is now
 */
export async function updateSession(
  tx: Pick<Transaction, 'db'>,
  row: Pick<SessionRow, 'id' | 'state'>,
  change: Partial<typeof sessions.$inferInsert>,
): Promise<SessionRow> {
  const [changed] = await tx.db
    .update(sessions)
    .set(change)
    .where(and(eq(sessions.id, row.id), eq(sessions.state, row.state)))
    .returning()
  if (changed) return changed
  const [fresh] = await tx.db.select({ state: sessions.state }).from(sessions).where(eq(sessions.id, row.id))
  if (!fresh) throw notFound('session')
  throw invalidState(fresh.state)
}

/** The definition that a session runs by. A version never changes once made. */
export async function loadDefinition(
  db: Reader,
  row: Pick<SessionRow, 'interviewId' | 'interviewVersion'>,
): Promise<InterviewDefinition> {
  const [version] = await db
    .select({ definition: interviewVersions.definition })
    .from(interviewVersions)
    .where(
      and(
        eq(interviewVersions.interviewId, row.interviewId),
        eq(interviewVersions.version, row.interviewVersion),
      ),
    )
  if (!version) throw notFound('interview')
  // Only the interviews domain writes it, from a validated definition.
  return version.definition as InterviewDefinition
}
