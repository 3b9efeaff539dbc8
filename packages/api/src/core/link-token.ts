import { createHash } from 'node:crypto'
import type { AppContext } from './context.ts'
import { AppError } from './errors.ts'
import { deriveKey, openBox, sealBox } from './sealed-box.ts'

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
 *
 * @param id of what the link leads to: the secret opens with the same one only
 */
export function sealLinkToken(ctx: AppContext, id: string, token: string): string {
  const key = deriveKey(ctx.config.urlSigningSecret, PURPOSE)
  const plaintext = Buffer.from(token)
  return Buffer.from(sealBox({ key, context: id, plaintext }, ctx.random)).toString('base64url')
}

/**
 * Opens what `sealLinkToken` sealed.
 *
 * @throws CONFLICT `link_not_recoverable` where the server's secret has changed since
 */
export function openLinkToken(ctx: AppContext, id: string, sealed: string): string {
  const key = deriveKey(ctx.config.urlSigningSecret, PURPOSE)
  const opened = openBox({ key, context: id, sealed: Buffer.from(sealed, 'base64url') })
  if (opened !== null) return Buffer.from(opened).toString()
  throw new AppError(
    'CONFLICT',
    'This invitation was made before and cannot be shown again. Make a new one.',
    { reason: 'link_not_recoverable' },
  )
}
