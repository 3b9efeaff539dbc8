import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import type { Random } from './ports.ts'

const ALGORITHM = 'aes-256-gcm'
/** Names the layout, so that a later one can live beside it. */
const VERSION = 1
const IV_BYTES = 12
const TAG_BYTES = 16
const HEADER_BYTES = 1 + IV_BYTES + TAG_BYTES

/**
 * Derives a 256-bit key from a secret of full entropy by HKDF-SHA-256 (RFC 5869).
 *
 * @param purpose names the one use of the key: keys of two purposes tell nothing of each other
 */
export function deriveKey(secret: string | Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), purpose, 32))
}

/**
 * Seals `plaintext` with AES-256-GCM. The box opens only with the same key and the same `context`, so that it cannot
 * be moved to another row.
 */
export function sealBox(
  box: { key: Uint8Array; context: string; plaintext: Uint8Array },
  random: Random,
): Uint8Array {
  const iv = random.bytes(IV_BYTES)
  const cipher = createCipheriv(ALGORITHM, box.key, iv).setAAD(Buffer.from(box.context))
  const sealed = Buffer.concat([cipher.update(box.plaintext), cipher.final()])
  return Buffer.concat([Uint8Array.of(VERSION), iv, cipher.getAuthTag(), sealed])
}

/** Opens a sealed box; null where key, context or content is not what was sealed. */
export function openBox(box: { key: Uint8Array; context: string; sealed: Uint8Array }): Uint8Array | null {
  const { sealed } = box
  if (sealed.length < HEADER_BYTES || sealed[0] !== VERSION) return null
  const decipher = createDecipheriv(ALGORITHM, box.key, sealed.subarray(1, 1 + IV_BYTES), {
    authTagLength: TAG_BYTES,
  })
  decipher.setAAD(Buffer.from(box.context)).setAuthTag(sealed.subarray(1 + IV_BYTES, HEADER_BYTES))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(HEADER_BYTES)), decipher.final()])
  } catch {
    return null
  }
}
