import { questions } from '@viva/db/schema'
import { desc, eq } from 'drizzle-orm'
import type { InterviewDefinition, Question } from '../../contract/index.ts'
import type { AppContext } from '../../core/context.ts'
import type { Transaction } from '../../core/transaction.ts'
import type { SessionRow } from './internal.ts'

/** A question that is about to be asked. */
export interface NewQuestion {
  text: string
  planId: string
  /** The planned question's question that this one follows up on. */
  followUpOf: string | null
  /** The AI run that wrote it. */
  runId: string | null
}

/**
 * Asks a question: its row, its deadline (never after the session's), its event. Call it last in a transaction that
 * holds the session's lock, which also numbers the questions.
 */
export async function askQuestion(
  ctx: AppContext,
  tx: Transaction,
  session: { row: SessionRow; definition: InterviewDefinition },
  asked: NewQuestion,
): Promise<Question> {
  const { row, definition } = session
  const [last] = await tx.db
    .select({ position: questions.position })
    .from(questions)
    .where(eq(questions.sessionId, row.id))
    .orderBy(desc(questions.position))
    .limit(1)
  const now = ctx.clock.now()
  const planned = definition.questions.find((question) => question.id === asked.planId)
  const seconds = planned?.seconds ?? definition.limits.questionSeconds
  const question = {
    id: ctx.random.id(),
    sessionId: row.id,
    companyId: row.companyId,
    position: (last?.position ?? 0) + 1,
    ...asked,
    askedAt: now,
    deadlineAt: new Date(Math.min(now.getTime() + seconds * 1000, row.deadlineAt.getTime())),
  }
  await tx.db.insert(questions).values(question)
  const { id: questionId, position, text, planId, followUpOf, runId } = question
  const deadlineAt = question.deadlineAt.toISOString()
  await tx.append(row.id, [
    {
      type: 'question.asked',
      payload: { questionId, position, text, planId, followUpOf, runId, deadlineAt },
      // The server asks, whoever's call made it do so.
      actor: 'system',
    },
  ])
  return toQuestion(question, false)
}

/** Shapes a question for the API. */
export function toQuestion(row: typeof questions.$inferSelect, answered: boolean): Question {
  return {
    id: row.id,
    position: row.position,
    text: row.text,
    planId: row.planId,
    followUpOf: row.followUpOf,
    askedAt: row.askedAt.toISOString(),
    deadlineAt: row.deadlineAt.toISOString(),
    answered,
  }
}
