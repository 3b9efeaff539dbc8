import type { MediaObject } from '../../contract/index.ts'
import type { SessionContext } from '../../core/context.ts'
import { AppError } from '../../core/errors.ts'
import { loadMedia } from './internal.ts'
import { essence } from './media-type.ts'
import { receiveBody } from './receive-body.ts'

/** A request that brings the bytes of an upload. */
export interface UploadRequest {
  mediaId: string
  /** Its Content-Type header. */
  contentType: string | undefined
  /** Its Content-Length header; null where it is sent in pieces. */
  contentLength: number | null
  body: AsyncIterable<Uint8Array>
}

/**
 * Stores what a candidate's browser sends to this server. What the headers say is checked before the first byte is read,
 * and costs the ticket nothing: it can be used again.
 *
 * @param options.ctx what `authorizeUpload` gave
 * @throws NOT_FOUND, and what `receiveBody` throws
 */
export async function storeUpload({
  ctx,
  input,
}: {
  ctx: SessionContext
  input: UploadRequest
}): Promise<MediaObject> {
  const { mediaId, contentType, contentLength, body } = input
  const { sessionId, companyId } = ctx.actor
  const row = await loadMedia(ctx.db.drizzle, { mediaId, sessionId, companyId })
  const { bytes, contentType: declared } = row
  if (essence(contentType ?? '') !== essence(declared)) {
    throw new AppError('MEDIA_TYPE_MISMATCH', `The Content-Type must be ${declared}, as announced.`, {
      declared,
      detected: contentType ?? null,
    })
  }
  if (contentLength !== null && contentLength !== bytes) {
    throw new AppError(
      'UPLOAD_INCOMPLETE',
      `${bytes} bytes were announced, and the request says ${contentLength}.`,
      { expectedBytes: bytes, receivedBytes: contentLength },
    )
  }
  return receiveBody(ctx, row, body)
}
