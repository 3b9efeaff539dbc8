import type { z } from 'zod'
import type { MediaLink } from '../../contract/index.ts'
import type { mediaLinkInput } from '../../contract/schemas/media.ts'
import { audit } from '../../core/audit.ts'
import type { CompanyContext } from '../../core/context.ts'
import { notFound } from '../../core/errors.ts'
import { signUrl } from '../../core/signed-url.ts'
import { loadMedia, mediaPath } from './internal.ts'

/** How long a link can be used: long enough to watch an answer, too short to be worth passing on. */
const LINK_SECONDS = 900

/**
 * A short-lived link to a recording, for a player. Who asked for it is in the audit log: recordings of people are not
 * looked at unseen.
 *
 * @throws NOT_FOUND, also where nothing is stored yet
 */
export async function link({
  ctx,
  input,
}: {
  ctx: CompanyContext
  input: z.output<typeof mediaLinkInput>
}): Promise<MediaLink> {
  const { companyId } = ctx.member
  const { mediaId, sessionId } = input
  const row = await loadMedia(ctx.db.drizzle, { mediaId, sessionId, companyId })
  if (row.status !== 'stored') throw notFound('recording')
  await audit(ctx, ctx.db.drizzle, {
    companyId,
    action: 'media.link',
    target: mediaId,
    details: { sessionId },
  })
  const expiresAt = new Date(ctx.clock.now().getTime() + LINK_SECONDS * 1000)
  const { contentType } = row
  const presigned = await ctx.storage.presignGet(row.storageKey, {
    contentType,
    expiresInSeconds: LINK_SECONDS,
  })
  return {
    url: presigned ?? signUrl(ctx, mediaPath(mediaId), expiresAt),
    expiresAt: expiresAt.toISOString(),
  }
}
