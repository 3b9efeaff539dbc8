import { createHash } from 'node:crypto'
import type { AppContext } from '../../core/context.ts'
import { AppError } from '../../core/errors.ts'
import { deriveKey, openBox, sealBox } from '../../core/sealed-box.ts'

const PURPOSE = 'viva invitation link'

/** A new one-time secret for a link: 32 random bytes, base64url. */
export function newLinkToken(ctx: AppContext): string {
  return Buffer.from(ctx.random.bytes(32)).toString('base64url')
}

/** What is stored of a link's secret. It has full entropy, so a plain hash is enough. */
export function hashLinkToken(token: string): Uint8Array {
  return createHash('sha256').update(token).digest()
}

/**
 * Seals a link's secret for the answer that a replay of the invitation gets: the database alone, or a copy of it,
 * holds no link that could be used.
 */
export function sealLinkToken(ctx: AppContext, sessionId: string, token: string): string {
  const key = deriveKey(ctx.config.urlSigningSecret, PURPOSE)
  const plaintext = Buffer.from(token)
  return Buffer.from(sealBox({ key, context: sessionId, plaintext }, ctx.random)).toString('base64url')
}

/** Opens what `sealLinkToken` sealed; null where the server's secret has changed since. */
export function openLinkToken(ctx: AppContext, sessionId: string, sealed: string): string | null {
  const key = deriveKey(ctx.config.urlSigningSecret, PURPOSE)
  const opened = openBox({ key, context: sessionId, sealed: Buffer.from(sealed, 'base64url') })
  return opened === null ? null : Buffer.from(opened).toString()
}

/** The one answer to a link that opens nothing, whatever the reason. */
export function linkInvalid(): AppError<'LINK_INVALID'> {
  const message = 'This link was used, has expired, or is not complete. Ask for a new invitation.'
  return new AppError('LINK_INVALID', message, {})
}
