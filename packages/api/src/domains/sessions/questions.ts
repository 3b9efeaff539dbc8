import { aiRuns, answers, questions } from '@viva/db/schema'
import { and, asc, count, eq, inArray, ne, sql } from 'drizzle-orm'
import type { Question } from '../../contract/index.ts'
import { toQuestion } from './ask-question.ts'
import type { Reader } from './internal.ts'
import type { AskedQuestion } from './question-plan.ts'

/** The questions of a session in the order asked, with what the plan must know of their answers. */
export async function loadAsked(
  db: Reader,
  sessionId: string,
): Promise<(AskedQuestion & { question: Question })[]> {
  const rows = await db
    .select({
      question: questions,
      answers: count(answers.id),
      words: sql<boolean | null>`bool_or(${answers.text} ~ '\\S')`,
    })
    .from(questions)
    .leftJoin(answers, eq(answers.questionId, questions.id))
    .where(eq(questions.sessionId, sessionId))
    .groupBy(questions.id)
    .orderBy(asc(questions.position))
  return rows.map(({ question, answers: given, words }) => {
    const { id, planId, followUpOf, deadlineAt } = question
    const answer = given === 0 ? 'none' : words ? 'words' : 'blank'
    return { id, planId, followUpOf, deadlineAt, answer, question: toQuestion(question, answer !== 'none') }
  })
}

/** The run that is writing a session's next question, if one is. */
export async function loadPendingRun(db: Reader, sessionId: string): Promise<string | null> {
  const [run] = await db
    .select({ id: aiRuns.id })
    .from(aiRuns)
    .where(
      and(
        eq(aiRuns.sessionId, sessionId),
        ne(aiRuns.status, 'finished'),
        inArray(aiRuns.purpose, ['question', 'follow_up']),
      ),
    )
  return run?.id ?? null
}
