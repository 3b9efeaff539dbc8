import { policyVersions, sessionEvents, sessionHeads, sessions, strikes } from '@viva/db/schema'
import { and, eq, inArray, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { PolicyRules, SignalReceipt } from '../../contract/index.ts'
import type { recordSignalsInput } from '../../contract/schemas/proctoring.ts'
import type { SessionContext } from '../../core/context.ts'
import { AppError } from '../../core/errors.ts'
import type { Transaction } from '../../core/transaction.ts'
import { changeSession, endSession, loadDefinition, type SessionRow } from '../sessions/index.ts'
import { storedState, toRules, versionOf } from './internal.ts'
import { type Judgement, judgeSignals } from './judge-signals.ts'
import { type KnownSignals, type LoggedSignal, type Ordered, orderSignals } from './order-signals.ts'
import { callsForFlag } from './policy-engine.ts'

/**
 * Records a batch of signals and lets the session's policy judge them, in one transaction: what is acknowledged is in
 * the log, and so is every strike it led to. Safe to send again: the client's own counter tells a replay from news.
 *
 * @throws INVALID_STATE, CONSENT_REQUIRED
 */
export function record({
  ctx,
  input,
}: {
  ctx: SessionContext
  input: z.output<typeof recordSignalsInput>
}): Promise<SignalReceipt> {
  const { sessionId, signals } = input
  return changeSession(ctx, { sessionId, action: 'recordSignals' }, async (tx, { row }) => {
    const { lastClientSeq } = row
    const repeated = signals.map((signal) => signal.clientSeq).filter((seq) => seq <= lastClientSeq)
    const ordered = orderSignals(signals, lastClientSeq, await knownSignals(tx, sessionId, repeated))
    if (ordered.length === 0) return { recorded: 0, lastClientSeq, strikes: [] }

    await requireConsent(tx, row, ordered)
    const { rules, nextSeq } = await holdHead(tx, row)
    const judged = judgeSignals(
      ordered,
      { rules, state: storedState(row, rules), lastClientSeq, nextSeq },
      { policyId: row.policyId, policyVersion: row.policyVersion },
      { id: () => ctx.random.id(), at: ctx.clock.now().toISOString() },
    )
    await keepStrikes(tx, row, judged)
    await tx.db
      .update(sessions)
      .set({
        lastClientSeq: judged.lastClientSeq,
        policyState: judged.state,
        strikeCount: row.strikeCount + judged.strikes.length,
        flagged: callsForFlag(rules, judged.state.strikes),
      })
      .where(eq(sessions.id, sessionId))
    await tx.append(sessionId, judged.events)
    if (judged.consequences.some(({ action }) => action === 'end')) {
      await endSession(ctx, tx, row, { reason: 'policy', note: judged.strikes.at(-1)?.message ?? null })
    }
    return { recorded: judged.recorded, lastClientSeq: judged.lastClientSeq, strikes: judged.strikes }
  })
}

/**
 * Where the interview asks for the browser, nothing that it observes is kept before the candidate has agreed, or after they
 * declined. That a sensor is missing is no observation of anybody, and may always be said.
 */
async function requireConsent(tx: Transaction, row: SessionRow, ordered: readonly Ordered[]): Promise<void> {
  if (row.consents['browser'] === true) return
  if (ordered.every(({ signal }) => signal.kind === 'sensor_unavailable')) return
  const { sensors } = await loadDefinition(tx.db, row)
  if (!sensors.some(({ sensor }) => sensor === 'browser')) return
  throw new AppError('CONSENT_REQUIRED', 'The candidate has not consented to the browser.', {
    sensor: 'browser',
  })
}

/** The rules that the session runs by and the log's next number, which stands still from here on: strikes name numbers. */
async function holdHead(tx: Transaction, row: SessionRow): Promise<{ rules: PolicyRules; nextSeq: number }> {
  const [found] = await tx.db
    .select({ seq: sessionHeads.seq, rules: policyVersions.rules })
    .from(sessionHeads)
    .innerJoin(policyVersions, versionOf(row))
    .where(eq(sessionHeads.sessionId, row.id))
    .for('update', { of: sessionHeads })
  if (!found) throw new Error(`session ${row.id} has no log or no policy`)
  return { rules: toRules(found.rules), nextSeq: found.seq + 1 }
}

/** How many of the newest events are searched for replays, so that a long log cannot make a call slow. */
const LOOK_BACK = 5000

/** What the log holds under numbers that came before. Honest clients repeat only their newest. */
async function knownSignals(
  tx: Transaction,
  sessionId: string,
  clientSeqs: readonly number[],
): Promise<KnownSignals> {
  const recorded = new Map<number, LoggedSignal>()
  const reordered = new Set<number>()
  if (clientSeqs.length === 0) return { recorded, reordered }
  const rows = await tx.db
    .select({ type: sessionEvents.type, payload: sessionEvents.payload })
    .from(sessionEvents)
    .where(
      and(
        eq(sessionEvents.sessionId, sessionId),
        sql`${sessionEvents.seq} > (select seq from session_heads where session_id = ${sessionId}) - ${LOOK_BACK}::int`,
        inArray(sessionEvents.type, ['signal.recorded', 'signal.reordered']),
        inArray(sql`(${sessionEvents.payload} ->> 'clientSeq')::int`, [...clientSeqs]),
      ),
    )
  for (const { type, payload } of rows) {
    // Erased payloads do not match the condition above, so these are whole.
    const { clientSeq } = payload as { clientSeq: number }
    if (type === 'signal.recorded') recorded.set(clientSeq, payload as LoggedSignal)
    else reordered.add(clientSeq)
  }
  return { recorded, reordered }
}

async function keepStrikes(tx: Transaction, row: SessionRow, judged: Judgement): Promise<void> {
  if (judged.strikes.length === 0) return
  await tx.db.insert(strikes).values(
    judged.strikes.map(({ at, ...strike }) => ({
      ...strike,
      at: new Date(at),
      sessionId: row.id,
      companyId: row.companyId,
      policyId: row.policyId,
      policyVersion: row.policyVersion,
    })),
  )
}
