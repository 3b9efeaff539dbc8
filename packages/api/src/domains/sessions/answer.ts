import { answers, mediaObjects, questions } from '@viva/db/schema'
import { and, desc, eq, ne, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { AnswerReceipt } from '../../contract/index.ts'
import type { sessions } from '../../contract/schemas.ts'
import type { SessionContext } from '../../core/context.ts'
import { AppError, notFound } from '../../core/errors.ts'
import { changeSession } from './change-session.ts'
import type { Reader } from './internal.ts'

/**
 * Bytes that all answers of a session may have together, in UTF-8. Far above what anybody writes in a day; whoever reads the
 * transcript, reviewers and models alike, reads all of it.
 */
const MAX_BYTES = 8_000_000

/**
 * Stores an answer before anything else is done with it. Late ones, after the question's deadline or for a question
 * that is no longer the current one, are kept and marked: what they are worth is for a person to say.
 *
 * @throws NOT_FOUND for a question or a recording of another session; INVALID_STATE; PAYLOAD_TOO_LARGE where the session's
 * answers have no room for it; CONFLICT `log_full`
 */
export function answer({
  ctx,
  input,
}: {
  ctx: SessionContext
  input: z.output<typeof sessions.answerInput>
}): Promise<AnswerReceipt> {
  const { sessionId } = ctx.actor
  const idempotency = { procedure: 'sessions.answer', key: input.idempotencyKey, input }
  return changeSession(ctx, { sessionId, action: 'answer', idempotency }, async (tx, { row }) => {
    const asked = await tx.db
      .select({ id: questions.id, deadlineAt: questions.deadlineAt })
      .from(questions)
      .where(eq(questions.sessionId, sessionId))
      .orderBy(desc(questions.position))
    const question = asked.find(({ id }) => id === input.questionId)
    if (!question) throw notFound('question')
    const mediaId = input.mediaId ?? null
    if (mediaId !== null) await requireMedia(tx.db, sessionId, mediaId)
    await requireRoom(tx.db, sessionId, input.text)
    const receivedAt = ctx.clock.now()
    const late = question !== asked[0] || receivedAt.getTime() > question.deadlineAt.getTime()
    const clientTime = input.clientTime ?? null
    const { questionId, text } = input
    const answerId = ctx.random.id()
    await tx.db.insert(answers).values({
      id: answerId,
      sessionId,
      companyId: row.companyId,
      questionId,
      text,
      mediaId,
      late,
      clientTime: clientTime === null ? null : new Date(clientTime),
      receivedAt,
    })
    const [event] = await tx.append(sessionId, [
      { type: 'answer.received', payload: { answerId, questionId, text, mediaId, late, clientTime } },
    ])
    if (!event) throw new Error('the answer was not appended')
    return { answerId, questionId, late, receivedAt: receivedAt.toISOString(), seq: event.seq }
  })
}

/** A recording may still be on its way when the answer comes; one that was rejected cannot be referred to. */
async function requireMedia(db: Reader, sessionId: string, mediaId: string): Promise<void> {
  const [media] = await db
    .select({ id: mediaObjects.id })
    .from(mediaObjects)
    .where(
      and(
        eq(mediaObjects.id, mediaId),
        eq(mediaObjects.sessionId, sessionId),
        ne(mediaObjects.status, 'rejected'),
      ),
    )
  if (!media) throw notFound('media')
}

async function requireRoom(db: Reader, sessionId: string, text: string): Promise<void> {
  const [given] = await db
    // Postgres knows the length without reading the texts.
    .select({ bytes: sql<string>`coalesce(sum(octet_length(${answers.text})), 0)` })
    .from(answers)
    .where(eq(answers.sessionId, sessionId))
  const maxBytes = Math.max(0, MAX_BYTES - Number(given?.bytes ?? 0))
  if (Buffer.byteLength(text) <= maxBytes) return
  throw new AppError(
    'PAYLOAD_TOO_LARGE',
    `The answers of this session have room for ${maxBytes} bytes more.`,
    {
      maxBytes,
    },
  )
}
