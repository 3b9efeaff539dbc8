import type { z } from 'zod'
import type { MediaObject } from '../../contract/index.ts'
import type { completeUploadInput } from '../../contract/schemas/media.ts'
import type { SessionContext } from '../../core/context.ts'
import { AppError, isAppError } from '../../core/errors.ts'
import { loadMedia, storageKey, toMediaObject } from './internal.ts'
import { receiveBody } from './receive-body.ts'
import { requireTimely } from './require-timely.ts'

/**
 * Takes what a client has put into the object store itself. The bytes are read back, checked and hashed like any others,
 * and written to where no presigned address leads: what the log vouches for cannot be replaced afterwards.
 *
 * @throws NOT_FOUND, INVALID_STATE an hour after the session's end, UPLOAD_INCOMPLETE where nothing is there yet, and what
 * `receiveBody` throws
 */
export async function completeUpload({
  ctx,
  input,
}: {
  ctx: SessionContext
  input: z.output<typeof completeUploadInput>
}): Promise<MediaObject> {
  const { sessionId, mediaId } = input
  const row = await loadMedia(ctx.db.drizzle, { sessionId, mediaId, companyId: ctx.actor.companyId })
  if (row.status === 'stored') return toMediaObject(row)
  await requireTimely(ctx)
  const incoming = storageKey(row, 'incoming')
  const size = await ctx.storage.size(incoming)
  if (size !== row.bytes && row.status === 'pending') {
    throw new AppError(
      'UPLOAD_INCOMPLETE',
      `${row.bytes} bytes were announced and ${size ?? 0} are there. Send them first.`,
      { expectedBytes: row.bytes, receivedBytes: size ?? 0 },
    )
  }
  try {
    const stored = await receiveBody(
      ctx,
      row,
      lazily(() => ctx.storage.read(incoming)),
    )
    await ctx.storage.delete(incoming)
    return stored
  } catch (error) {
    if (isAppError(error, 'MEDIA_TYPE_MISMATCH') || isAppError(error, 'CONSENT_REQUIRED')) {
      await ctx.storage.delete(incoming)
    }
    throw error
  }
}

/** Opens a source when its first bytes are wanted, so that none stays open where they never are. */
async function* lazily(
  open: () => Promise<AsyncIterable<Uint8Array>>,
): AsyncGenerator<Uint8Array, void, void> {
  yield* await open()
}
