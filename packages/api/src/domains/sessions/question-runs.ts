import type { JsonObject, PlannedQuestion } from '../../contract/index.ts'
import type { AppContext } from '../../core/context.ts'
import {
  type ClaimedRun,
  followUpPrompt,
  questionPrompt,
  type RunHandler,
  scriptedText,
  validateQuestion,
} from '../ai/index.ts'
import { askQuestion } from './ask-question.ts'
import { isOverdue, loadDefinition, lockSession, requireSession } from './internal.ts'
import { fromTask } from './question-task.ts'
import { loadTranscript } from './transcript.ts'

/** More of what was said to a question is not shown to a model, in UTF-16 code units: what it reads is paid for. */
const MAX_SHOWN = 20_000

/** What a planned question says to the AI; a fixed one that draws follow-ups has no topic of its own. */
function topicOf(
  planned: PlannedQuestion | undefined,
): Pick<Extract<PlannedQuestion, { kind: 'ai' }>, 'topic' | 'difficulty'> {
  return planned?.kind === 'ai' ? planned : { topic: 'the work', difficulty: 'medium' }
}

async function prompt(ctx: AppContext, run: ClaimedRun) {
  const task = fromTask(run.task)
  const db = ctx.db.drizzle
  const definition = await loadDefinition(db, await requireSession(db, run.sessionId))
  const transcript = await loadTranscript(db, run.sessionId)
  const { title: interviewTitle } = definition
  const { position } = task
  const after = transcript.find(({ question }) => question.id === task.after)
  if (run.purpose === 'follow_up' && after) {
    const said = after.answers.map(({ text }) => text).join('\n\n')
    // The end of it: who answers twice has said it better the second time.
    const answer = said.slice(-MAX_SHOWN).toWellFormed()
    return followUpPrompt(ctx.random, { interviewTitle, question: after.question.text, answer, position })
  }
  const planned = definition.questions.find(({ id }) => id === task.planId)
  const asked = transcript.map(({ question }) => question.text)
  return questionPrompt(ctx.random, { interviewTitle, ...topicOf(planned), position, asked })
}

/**
 * Writes the next question of a session by AI. Whatever becomes of the run, a session that is still active gets a
 * question: the provider's, or one of the bank. A session that closed meanwhile gets none.
 */
const handler: RunHandler<string> = {
  prompt,
  validate: (text) => validateQuestion(text),
  async finish(ctx, tx, run, result) {
    const row = await lockSession(tx, run.sessionId)
    if (row.state !== 'active' || isOverdue(row, ctx.clock.now())) return
    const { planId, followUpOf } = fromTask(run.task)
    const definition = await loadDefinition(tx.db, row)
    const text = result.outcome === 'failed' ? bankQuestion(run, definition.questions) : result.parsed
    await askQuestion(ctx, tx, { row, definition }, { text, planId, followUpOf, runId: run.id })
  },
}

/** The last resort: the run broke off without any answer, and the candidate waits. */
function bankQuestion(run: { purpose: string; task: JsonObject }, plan: readonly PlannedQuestion[]): string {
  const { planId, position } = fromTask(run.task)
  return run.purpose === 'follow_up'
    ? scriptedText({ purpose: 'follow_up', question: '', answer: '', position })
    : scriptedText({ purpose: 'question', ...topicOf(plan.find(({ id }) => id === planId)), position })
}

/** For the AI worker: how runs of these purposes are written and used. */
export const questionRunHandlers: { question: RunHandler<string>; follow_up: RunHandler<string> } = {
  question: handler,
  follow_up: handler,
}
