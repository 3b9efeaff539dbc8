import type { AppContext, SessionContext } from '../../core/context.ts'
import { AppError } from '../../core/errors.ts'
import { verifyToken } from '../../core/tokens.ts'

const PER_ADDRESS = { name: 'media.put.address', points: 600, seconds: 60 }
const PER_SESSION = { name: 'media.put', points: 120, seconds: 60 }

/**
 * The candidate behind an upload's token, for the upload that the request names: what the gate does for procedures.
 *
 * @throws UNAUTHENTICATED, TOKEN_EXPIRED, FORBIDDEN where the token is for another upload, RATE_LIMITED
 */
export async function authorizeUpload({
  ctx,
  input,
}: {
  ctx: AppContext
  input: { mediaId: string; token: string | undefined }
}): Promise<SessionContext> {
  await ctx.limiter.consume(PER_ADDRESS, ctx.request.ip)
  if (input.token === undefined) {
    throw new AppError('UNAUTHENTICATED', 'Send the headers that the upload ticket names.', {})
  }
  const { sub, sid, sessionId, companyId, mediaId } = await verifyToken(ctx, 'upt', input.token)
  if (mediaId !== input.mediaId) {
    throw new AppError('FORBIDDEN', 'The token is for another upload.', {})
  }
  const [row] = await ctx.db.sql`
    select 1 from auth_sessions s join users u on u.id = s.user_id
    where s.id = ${sid} and s.user_id = ${sub} and s.revoked_at is null and u.disabled_at is null
      and s.absolute_expires_at > ${ctx.clock.now()}`
  if (!row) throw new AppError('UNAUTHENTICATED', 'This device is logged out. Log in again.', {})
  await ctx.limiter.consume(PER_SESSION, `session:${sessionId}`)
  return {
    ...ctx,
    actor: { kind: 'session', token: 'upt', sessionId, companyId, candidateId: sub, authSessionId: sid },
  }
}
