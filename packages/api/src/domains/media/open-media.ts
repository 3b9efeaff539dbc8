import { mediaObjects } from '@viva/db/schema'
import { and, eq } from 'drizzle-orm'
import type { AppContext } from '../../core/context.ts'
import { notFound } from '../../core/errors.ts'
import { type UrlSignature, verifyUrl } from '../../core/signed-url.ts'
import { mediaPath } from './internal.ts'

/** A player asks for a recording in many small ranges. */
const PER_ADDRESS = { name: 'media.get.address', points: 1200, seconds: 60 }

/** A stored recording, ready to be read. */
export interface OpenMedia {
  contentType: string
  bytes: number
  /** In hex. Names these very bytes for ever. */
  sha256: string
  /** A part, both ends inclusive; the whole where absent. */
  read(range?: { start: number; end: number }): Promise<AsyncIterable<Uint8Array>>
}

/**
 * Opens a recording for whoever holds a link to it.
 *
 * @throws LINK_INVALID, NOT_FOUND, RATE_LIMITED
 */
export async function openMedia({
  ctx,
  input,
}: {
  ctx: AppContext
  input: { mediaId: string } & UrlSignature
}): Promise<OpenMedia> {
  const { mediaId, expires, signature } = input
  await ctx.limiter.consume(PER_ADDRESS, ctx.request.ip)
  verifyUrl(ctx, mediaPath(mediaId), { expires, signature })
  const [row] = await ctx.db.drizzle
    .select()
    .from(mediaObjects)
    .where(and(eq(mediaObjects.id, mediaId), eq(mediaObjects.status, 'stored')))
  if (!row?.sha256) throw notFound('recording')
  const { contentType, bytes, storageKey } = row
  return {
    contentType,
    bytes,
    sha256: Buffer.from(row.sha256).toString('hex'),
    read: (range) => ctx.storage.read(storageKey, range),
  }
}
