import { mediaObjects, questions } from '@viva/db/schema'
import { and, count, eq, sql } from 'drizzle-orm'
import type { z } from 'zod'
import { MEDIA_TYPES, type UploadTicket } from '../../contract/index.ts'
import type { createUploadInput } from '../../contract/schemas/media.ts'
import type { SessionContext } from '../../core/context.ts'
import { AppError, notFound } from '../../core/errors.ts'
import { mintToken, TOKEN_KINDS } from '../../core/tokens.ts'
import type { Transaction } from '../../core/transaction.ts'
import { changeSession } from '../sessions/index.ts'
import { loadMedia, type MediaRow, mediaPath, storageKey } from './internal.ts'
import { essence } from './media-type.ts'
import { requireConsent } from './require-consent.ts'
import { requireTimely } from './require-timely.ts'

/** All uploads of a session together may have this many times the bytes of the largest single one. */
const LARGEST_IN_SESSION = 20
/** Uploads of a session, failed ones too: eight hours in pieces of five seconds stay below. */
const UPLOADS_IN_SESSION = 10_000

/**
 * Announces an upload and hands out the ticket for its bytes. A replay gives a fresh ticket for the same upload: the
 * first one's token is kept nowhere. Until an hour after the session's end, that is.
 *
 * @throws INVALID_STATE, INVALID_INPUT where the kind cannot have this type, CONSENT_REQUIRED where the candidate has not
 * consented to the sensor that the kind comes from, NOT_FOUND where the session has no such question, PAYLOAD_TOO_LARGE
 */
export async function createUpload({
  ctx,
  input,
}: {
  ctx: SessionContext
  input: z.output<typeof createUploadInput>
}): Promise<UploadTicket> {
  const { sessionId, questionId = null, kind, contentType, bytes, idempotencyKey: key } = input
  if (!MEDIA_TYPES[kind].includes(essence(contentType))) {
    const message = `must be one of ${MEDIA_TYPES[kind].join(', ')} for ${kind}`
    throw new AppError('INVALID_INPUT', 'The input is not valid.', {
      issues: [{ path: 'contentType', message }],
    })
  }
  requireRoom(bytes, ctx.config.maxUploadBytes)
  const idempotency = { procedure: 'media.createUpload', key, input }
  const { mediaId } = await changeSession(
    ctx,
    { sessionId, action: 'createUpload', idempotency },
    async (tx, { row }) => {
      requireConsent(row, kind)
      if (questionId !== null) await requireQuestion(tx, { sessionId, questionId })
      const announced = await announcedUploads(tx, sessionId)
      const room = ctx.config.maxUploadBytes * LARGEST_IN_SESSION - announced.bytes
      requireRoom(bytes, announced.uploads < UPLOADS_IN_SESSION ? room : 0)
      const media = { id: ctx.random.id(), sessionId, companyId: row.companyId }
      await tx.db.insert(mediaObjects).values({
        ...media,
        questionId,
        kind,
        contentType,
        bytes,
        status: 'pending',
        storageKey: storageKey(media, 'incoming'),
        createdAt: ctx.clock.now(),
      })
      return { mediaId: media.id }
    },
  )
  const { companyId } = ctx.actor
  await requireTimely(ctx)
  return issueTicket(ctx, await loadMedia(ctx.db.drizzle, { mediaId, sessionId, companyId }))
}

/** Where and how the bytes may be sent: to the object store itself where it takes them, to this server otherwise. */
async function issueTicket(ctx: SessionContext, row: MediaRow): Promise<UploadTicket> {
  const { id: mediaId, sessionId, companyId, bytes, contentType } = row
  const expiresInSeconds = TOKEN_KINDS.upt.seconds
  const presigned = await ctx.storage.presignPut(storageKey(row, 'incoming'), {
    bytes,
    contentType,
    expiresInSeconds,
  })
  if (presigned) {
    const expiresAt = new Date(ctx.clock.now().getTime() + expiresInSeconds * 1000).toISOString()
    return { mediaId, ...presigned, method: 'PUT', completeAfterwards: true, expiresAt }
  }
  const { candidateId: sub, authSessionId: sid } = ctx.actor
  const { token, expiresAt } = await mintToken(ctx, 'upt', { sub, sid, sessionId, companyId, mediaId })
  return {
    mediaId,
    url: `${ctx.config.publicUrl}${mediaPath(mediaId)}`,
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': contentType },
    completeAfterwards: false,
    expiresAt: expiresAt.toISOString(),
  }
}

async function requireQuestion(
  tx: Transaction,
  of: { sessionId: string; questionId: string },
): Promise<void> {
  const [question] = await tx.db
    .select({ id: questions.id })
    .from(questions)
    .where(and(eq(questions.id, of.questionId), eq(questions.sessionId, of.sessionId)))
  if (!question) throw notFound('question')
}

function requireRoom(bytes: number, maxBytes: number): void {
  if (bytes <= maxBytes) return
  throw new AppError('PAYLOAD_TOO_LARGE', `There is room for ${Math.max(0, maxBytes)} bytes, not ${bytes}.`, {
    maxBytes: Math.max(0, maxBytes),
  })
}

/** Under the session's lock, so that uploads announced at once cannot pass the limit together. */
async function announcedUploads(
  tx: Transaction,
  sessionId: string,
): Promise<{ uploads: number; bytes: number }> {
  const kept = sql`${mediaObjects.status} <> 'rejected'`
  const [row] = await tx.db
    .select({
      uploads: count(),
      bytes: sql<string | null>`sum(${mediaObjects.bytes}) filter (where ${kept})`,
    })
    .from(mediaObjects)
    .where(eq(mediaObjects.sessionId, sessionId))
  return { uploads: row?.uploads ?? 0, bytes: Number(row?.bytes ?? 0) }
}
