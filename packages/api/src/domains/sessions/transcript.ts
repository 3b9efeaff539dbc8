import { answers, questions } from '@viva/db/schema'
import { asc, eq } from 'drizzle-orm'
import type { TranscriptEntry } from '../../contract/index.ts'
import { toQuestion } from './ask-question.ts'
import type { Reader } from './internal.ts'

/** Everything that was asked in a session with everything that was answered, in the order asked. */
export async function loadTranscript(db: Reader, sessionId: string): Promise<TranscriptEntry[]> {
  const asked = await db
    .select()
    .from(questions)
    .where(eq(questions.sessionId, sessionId))
    .orderBy(asc(questions.position))
  const given = await db
    .select()
    .from(answers)
    .where(eq(answers.sessionId, sessionId))
    .orderBy(asc(answers.receivedAt), asc(answers.id))
  return asked.map((question) => {
    const mine = given.filter((answer) => answer.questionId === question.id)
    return {
      question: toQuestion(question, mine.length > 0),
      answers: mine.map(({ id, text, mediaId, late, receivedAt }) => ({
        id,
        text,
        mediaId,
        late,
        receivedAt: receivedAt.toISOString(),
      })),
    }
  })
}
