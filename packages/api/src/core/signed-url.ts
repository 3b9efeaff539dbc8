import { createHmac, timingSafeEqual } from 'node:crypto'
import type { AppContext } from './context.ts'
import { AppError } from './errors.ts'

/** What a signed link carries in its query: when it ends, in seconds since 1970, and the proof. */
export interface UrlSignature {
  expires: string
  signature: string
}

type Signing = Pick<AppContext, 'config' | 'clock'>

/**
 * A link to `path` on this server that whoever holds it may read until `expiresAt`. Signed and not stored: it cannot be
 * taken back, so let it be short-lived.
 *
 * @param path from the root, as a request will name it
 */
export function signUrl(ctx: Signing, path: string, expiresAt: Date): string {
  const expires = String(Math.floor(expiresAt.getTime() / 1000))
  const query = new URLSearchParams({
    expires,
    signature: hmac(ctx, path, expires).toString('base64url'),
  })
  return `${ctx.config.publicUrl}${path}?${query}`
}

/**
 * Checks a signed link. The proof is compared before the time, and in constant time, so that nothing is learned from a
 * forged one.
 *
 * @throws LINK_INVALID where the link was changed, is for another path, or is over
 */
export function verifyUrl(ctx: Signing, path: string, given: UrlSignature): void {
  const proof = Buffer.from(given.signature, 'base64url')
  const right = hmac(ctx, path, given.expires)
  const genuine = proof.length === right.length && timingSafeEqual(proof, right)
  if (!genuine || Number(given.expires) * 1000 <= ctx.clock.now().getTime()) {
    throw new AppError('LINK_INVALID', 'The link has expired or is not complete. Ask for a new one.', {})
  }
}

function hmac(ctx: Signing, path: string, expires: string): Buffer {
  return createHmac('sha256', ctx.config.urlSigningSecret).update(`viva.url.1\n${path}\n${expires}`).digest()
}
