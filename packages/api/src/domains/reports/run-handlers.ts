import type { AppContext } from '../../core/context.ts'
import { notFound } from '../../core/errors.ts'
import type { StreamName } from '../../core/ports.ts'
import type { Transaction } from '../../core/transaction.ts'
import type { ClaimedRun, RunHandler, Verdict } from '../ai/index.ts'
import { loadMaterial } from './load-material.ts'
import { scoringPrompt, summaryPrompt } from './report-prompts.ts'
import { parseScoring, type ScoringAnswer } from './scoring-answer.ts'

/** Poked when a report can go on. */
export const REPORT_QUEUE: StreamName = 'work:reports'

const MAX_SUMMARY_LENGTH = 4000

/** The criteria that a scoring run was made for. */
export function criteriaOf(task: ClaimedRun['task']): string[] {
  const ids = task['criterionIds']
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : []
}

/** Accepts a summary: some text, not a wall of it. */
export function validateSummary(text: string): Verdict<string> {
  const value = text.trim()
  if (value === '') return { ok: false, problem: 'the reply was empty' }
  if (value.length > MAX_SUMMARY_LENGTH)
    return { ok: false, problem: 'the reply was too long: at most 150 words' }
  return { ok: true, value }
}

/** The report is made from the finished runs' rows, so that all there is to do here is to say that one is finished. */
async function wakeReports(ctx: AppContext, tx: Transaction): Promise<void> {
  tx.poke(REPORT_QUEUE, ctx.clock.now().getTime())
}

async function materialOf(ctx: AppContext, run: ClaimedRun) {
  const material = await loadMaterial(ctx.db.drizzle, run.sessionId)
  if (!material) throw notFound('session')
  return material
}

const scoring: RunHandler<ScoringAnswer> = {
  async prompt(ctx, run) {
    const { definition, transcript } = await materialOf(ctx, run)
    return scoringPrompt(ctx.random, definition, transcript)
  },
  validate: (text, run) => parseScoring(text, criteriaOf(run.task)),
  finish: wakeReports,
}

const summary: RunHandler<string> = {
  async prompt(ctx, run) {
    const { definition, transcript } = await materialOf(ctx, run)
    return summaryPrompt(ctx.random, definition, transcript)
  },
  validate: validateSummary,
  finish: wakeReports,
}

/** For the AI worker: how runs of these purposes are written and used. */
export const reportRunHandlers: { scoring: RunHandler<ScoringAnswer>; summary: RunHandler<string> } = {
  scoring,
  summary,
}
