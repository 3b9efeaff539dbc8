import { mediaObjects } from '@viva/db/schema'
import { and, eq } from 'drizzle-orm'
import type { MediaObject } from '../../contract/index.ts'
import type { SessionContext } from '../../core/context.ts'
import { AppError, isAppError } from '../../core/errors.ts'
import { transaction } from '../../core/transaction.ts'
import { lockSession } from '../sessions/index.ts'
import { inspectBody } from './inspect-body.ts'
import { type MediaRow, storageKey, toMediaObject } from './internal.ts'
import { requireConsent } from './require-consent.ts'

/**
 * Uploads whose bytes are coming in, each under the instance that takes them, with the session they belong to. Between
 * instances the first commit wins.
 */
const receiving = new Map<string, string>()
/**
 * Uploads of one session that an instance takes at once: a browser that records camera, screen and sound in pieces needs
 * fewer. Each holds a connection and a file, and may take as long as bytes keep trickling in.
 */
const AT_ONCE = 8

/**
 * Takes the bytes of an upload, wherever they come from: into storage, and into the log with their hash. All or nothing:
 * bytes that are not exactly what was announced are not kept. Sent again, the same bytes get the same answer.
 *
 * @throws UPLOAD_INCOMPLETE (it may be tried again), CONSENT_REQUIRED where the candidate has declined the sensor meanwhile,
 *   MEDIA_TYPE_MISMATCH (the upload is rejected for good), CONFLICT
 *   where it was rejected, is coming in already, or is stored with other bytes, RATE_LIMITED where too many of the session's
 *   are coming in
 */
export async function receiveBody(
  ctx: SessionContext,
  row: MediaRow,
  body: AsyncIterable<Uint8Array>,
): Promise<MediaObject> {
  if (row.status === 'rejected') throw rejectedBefore()
  const mark = `${ctx.config.instanceId} ${row.id}`
  if (receiving.has(mark)) {
    throw new AppError('CONFLICT', 'The bytes of this upload are coming in already.', { reason: 'receiving' })
  }
  const session = `${ctx.config.instanceId} ${row.sessionId}`
  if ([...receiving.values()].filter((other) => other === session).length >= AT_ONCE) {
    throw new AppError('RATE_LIMITED', `At most ${AT_ONCE} uploads of a session at once. Finish one first.`, {
      retryAfterSeconds: 5,
    })
  }
  receiving.set(mark, session)
  try {
    return row.status === 'stored' ? await compare(row, body) : await receive(ctx, row, body)
  } finally {
    receiving.delete(mark)
  }
}

async function receive(
  ctx: SessionContext,
  row: MediaRow,
  body: AsyncIterable<Uint8Array>,
): Promise<MediaObject> {
  // A key of its own for each try: two servers that take the same upload at once never write over each other.
  const key = storageKey(row, ctx.random.id())
  const { bytes, contentType } = row
  const inspected = inspectBody(body, row)
  try {
    await ctx.storage.write(key, inspected.chunks, { bytes, contentType })
  } catch (error) {
    const cause = inspected.failure() ?? error
    if (isAppError(cause, 'MEDIA_TYPE_MISMATCH')) await reject(ctx, row, cause.message)
    throw cause
  }
  try {
    const stored = await keep(ctx, row, key, inspected.sha256())
    if (stored.storageKey !== key) await ctx.storage.delete(key)
    return toMediaObject(stored)
  } catch (error) {
    // After any other error the commit may still have happened, and then these are the recorded bytes.
    if (isAppError(error)) await ctx.storage.delete(key)
    throw error
  }
}

/** The upload becomes stored, with its hash in the row and in the log; or it has become so meanwhile with the same bytes. */
function keep(ctx: SessionContext, row: MediaRow, key: string, sha256: Uint8Array): Promise<MediaRow> {
  return transaction(ctx, async (tx) => {
    // Asked again, under the lock of the decision: until the start a candidate may still decline what was announced.
    requireConsent(await lockSession(tx, row.sessionId), row.kind)
    // The condition on the status makes one of two servers that took the same upload lose.
    const [stored] = await tx.db
      .update(mediaObjects)
      .set({ status: 'stored', sha256, storageKey: key, storedAt: ctx.clock.now() })
      .where(and(eq(mediaObjects.id, row.id), eq(mediaObjects.status, 'pending')))
      .returning()
    if (!stored) {
      const [current] = await tx.db.select().from(mediaObjects).where(eq(mediaObjects.id, row.id))
      if (current?.status !== 'stored') throw rejectedBefore()
      return requireSame(current, sha256)
    }
    const { id: mediaId, kind, contentType, bytes, questionId } = stored
    await tx.append(row.sessionId, [
      {
        type: 'media.stored',
        payload: {
          mediaId,
          kind,
          contentType,
          bytes,
          sha256: Buffer.from(sha256).toString('hex'),
          questionId,
        },
      },
    ])
    return stored
  })
}

function reject(ctx: SessionContext, row: MediaRow, reason: string): Promise<void> {
  return transaction(ctx, async (tx) => {
    const rejected = await tx.db
      .update(mediaObjects)
      .set({ status: 'rejected', rejectReason: reason })
      .where(and(eq(mediaObjects.id, row.id), eq(mediaObjects.status, 'pending')))
      .returning({ id: mediaObjects.id })
    if (rejected.length === 0) return
    await tx.append(row.sessionId, [{ type: 'media.rejected', payload: { mediaId: row.id, reason } }])
  })
}

/** Reads bytes that were stored before, to see whether they are the same; writes nothing. */
async function compare(row: MediaRow, body: AsyncIterable<Uint8Array>): Promise<MediaObject> {
  const inspected = inspectBody(body, row)
  for await (const _ of inspected.chunks);
  return toMediaObject(requireSame(row, inspected.sha256()))
}

function requireSame(row: MediaRow, sha256: Uint8Array): MediaRow {
  if (row.sha256 && Buffer.compare(row.sha256, sha256) === 0) return row
  throw new AppError('CONFLICT', 'This upload is stored already, with other bytes. Announce a new one.', {
    reason: 'stored',
  })
}

function rejectedBefore(): AppError<'CONFLICT'> {
  return new AppError('CONFLICT', 'This upload was rejected. Announce a new one.', { reason: 'rejected' })
}
