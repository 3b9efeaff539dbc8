import type { z } from 'zod'
import type { NextQuestion } from '../../contract/index.ts'
import type { sessions } from '../../contract/schemas.ts'
import type { SessionContext } from '../../core/context.ts'
import type { Transaction } from '../../core/transaction.ts'
import { enqueueRun } from '../ai/index.ts'
import { askQuestion } from './ask-question.ts'
import { changeSession } from './change-session.ts'
import { loadDefinition, type SessionRow } from './internal.ts'
import { nextStep } from './question-plan.ts'
import { toTask } from './question-task.ts'
import { loadAsked, loadPendingRun } from './questions.ts'

/**
 * Goes on with the plan. A fixed question is asked at once; one that the AI writes is put to work, and comes as
 * `question.asked` on the event stream. While a question waits for its answer, or a run is writing one, another call
 * gets the same again: nothing is skipped by asking twice.
 */
export function nextQuestion({
  ctx,
  input,
}: {
  ctx: SessionContext
  input: z.output<typeof sessions.keyedSessionInput>
}): Promise<NextQuestion> {
  const idempotency = { procedure: 'sessions.nextQuestion', key: input.idempotencyKey, input }
  return changeSession(
    ctx,
    { sessionId: ctx.actor.sessionId, action: 'nextQuestion', idempotency },
    (tx, { row }) => goOn(ctx, tx, row),
  )
}

async function goOn(ctx: SessionContext, tx: Transaction, row: SessionRow): Promise<NextQuestion> {
  const pending = await loadPendingRun(tx.db, row.id)
  if (pending !== null) return { kind: 'pending', runId: pending }
  const definition = await loadDefinition(tx.db, row)
  const asked = await loadAsked(tx.db, row.id)
  const step = nextStep(definition.questions, asked, ctx.clock.now())
  const position = asked.length + 1
  const write = async (
    purpose: 'question' | 'follow_up',
    task: { planId: string; followUpOf: string | null; after: string | null },
  ): Promise<NextQuestion> => {
    const { id: sessionId, companyId } = row
    const run = { sessionId, companyId, purpose, task: toTask({ ...task, position }), questionId: task.after }
    return { kind: 'pending', runId: await enqueueRun(ctx, tx, run) }
  }
  switch (step.kind) {
    case 'done':
      return { kind: 'done' }
    case 'stay': {
      const current = asked.find((question) => question.id === step.questionId)
      if (!current) throw new Error('the plan named a question that was not asked')
      return { kind: 'asked', question: current.question }
    }
    case 'ask': {
      const { id: planId, text } = step.planned
      const asking = { text, planId, followUpOf: null, runId: null }
      return { kind: 'asked', question: await askQuestion(ctx, tx, { row, definition }, asking) }
    }
    case 'write':
      return write('question', { planId: step.planned.id, followUpOf: null, after: null })
    case 'follow_up':
      return write('follow_up', { planId: step.planId, followUpOf: step.followUpOf, after: step.after })
  }
}
