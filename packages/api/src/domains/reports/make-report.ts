import { aiRuns, reports } from '@viva/db/schema'
import { and, asc, eq, inArray, type SQL } from 'drizzle-orm'
import { isTerminal } from '../../contract/index.ts'
import type { AppContext } from '../../core/context.ts'
import { notFound } from '../../core/errors.ts'
import { type Transaction, transaction } from '../../core/transaction.ts'
import { enqueueRun } from '../ai/index.ts'
import { lockSession } from '../sessions/index.ts'
import { loadMaterial, type Material } from './load-material.ts'
import { composeBody, hashBody, reasonNotToScore } from './report-body.ts'
import type { HeldReport } from './report-lease.ts'

/**
 * Takes a report one step further: first it orders the runs that score and sum up, and once they are finished it puts the
 * report together. Each step is one transaction that finds nothing to do when somebody else has done it.
 */
export async function makeReport(ctx: AppContext, report: HeldReport): Promise<void> {
  const material = await loadMaterial(ctx.db.drizzle, report.sessionId)
  if (!material) throw notFound('session')
  const reason = reasonNotToScore(
    material,
    ctx.ai.some(({ canScore }) => canScore),
  )
  await transaction(ctx, async (tx) => {
    const session = await lockSession(tx, report.sessionId)
    if (!isTerminal(session.state)) throw new Error('a session that is not closed has no report')
    const runs = await tx.db
      .select()
      .from(aiRuns)
      .where(and(eq(aiRuns.sessionId, report.sessionId), inArray(aiRuns.purpose, ['scoring', 'summary'])))
      .orderBy(asc(aiRuns.id))
    if (reason === null && runs.length === 0) return orderRuns(ctx, tx, report, material)

    const scoring = runs.find(({ purpose }) => purpose === 'scoring') ?? null
    const summary = runs.find(({ purpose }) => purpose === 'summary') ?? null
    // A model may have been configured since the runs were ordered, or taken away.
    const body = composeBody(material, { scoring, summary }, scoring ? null : reason)
    const sha256 = hashBody(body)
    const ready = await tx.db
      .update(reports)
      .set({ status: 'ready', body, sha256, readyAt: ctx.clock.now(), leaseOwner: null, leaseUntil: null })
      .where(stillHeld(report))
      .returning({ id: reports.id })
    if (ready.length === 0) return
    const scored = body.scores.some(({ status }) => status === 'scored')
    await tx.append(report.sessionId, [
      { type: 'report.ready', payload: { reportId: report.id, sha256: sha256.toString('hex'), scored } },
    ])
  })
}

/** Orders both runs and lets go of the report, which is not taken up again until they are finished. */
async function orderRuns(
  ctx: AppContext,
  tx: Transaction,
  report: HeldReport,
  { definition }: Material,
): Promise<void> {
  const waiting = await tx.db
    .update(reports)
    // Waiting is no failure: the attempts count what broke.
    .set({ leaseOwner: null, leaseUntil: null, attempts: report.attempt - 1 })
    .where(stillHeld(report))
    .returning({ id: reports.id })
  if (waiting.length === 0) return
  const { sessionId, companyId } = report
  const criterionIds = definition.rubric.map(({ id }) => id)
  await enqueueRun(ctx, tx, { sessionId, companyId, purpose: 'scoring', task: { criterionIds } })
  await enqueueRun(ctx, tx, { sessionId, companyId, purpose: 'summary', task: {} })
}

/** Gives a report up, with an event, so that nobody waits for it. */
export async function failReport(ctx: AppContext, report: HeldReport, error: string): Promise<void> {
  await transaction(ctx, async (tx) => {
    await lockSession(tx, report.sessionId)
    const failed = await tx.db
      .update(reports)
      .set({ status: 'failed', error, leaseOwner: null, leaseUntil: null })
      .where(stillHeld(report))
      .returning({ id: reports.id })
    if (failed.length === 0) return
    await tx.append(report.sessionId, [
      { type: 'report.failed', payload: { reportId: report.id, attempts: report.attempt } },
    ])
  })
}

function stillHeld(report: HeldReport): SQL | undefined {
  return and(
    eq(reports.id, report.id),
    eq(reports.leaseOwner, report.owner),
    eq(reports.attempts, report.attempt),
    eq(reports.status, 'pending'),
  )
}
