import { createHash } from 'node:crypto'
import type { Random } from '../../core/ports.ts'
import { deriveKey, openBox, sealBox } from '../../core/sealed-box.ts'

/** How long a replaced token still gets its successor: for parallel tabs and for answers that were lost. */
export const GRACE_MS = 20_000
/** A device that is not used for this long is logged out. */
export const IDLE_MS = 7 * 24 * 60 * 60 * 1000
/** A device is logged out this long after its log-in, however much it is used. */
export const ABSOLUTE_MS = 30 * 24 * 60 * 60 * 1000

const FAMILY_BYTES = 32
const TOKEN_BYTES = 32

/**
 * A refresh token: the secret of its family, which every token of one device starts with, and a secret of its own. The
 * family's makes every token that was ever given out known, without keeping any of them; nobody without one of them can
 * name the family, so nobody else can have it revoked.
 */
export interface RefreshToken {
  token: string
  familyHash: Uint8Array
  hash: Uint8Array
}

/** The first token of a new family. */
export function newFamily(random: Random): RefreshToken {
  return describe(Buffer.concat([random.bytes(FAMILY_BYTES), random.bytes(TOKEN_BYTES)]))
}

/** The token that replaces `token`. */
export function successorOf(token: string, random: Random): RefreshToken {
  const family = Buffer.from(token, 'base64url').subarray(0, FAMILY_BYTES)
  return describe(Buffer.concat([family, random.bytes(TOKEN_BYTES)]))
}

/** Reads a token that somebody presents; null where it cannot be one. */
export function readRefreshToken(token: string): RefreshToken | null {
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length !== FAMILY_BYTES + TOKEN_BYTES || bytes.toString('base64url') !== token) return null
  return describe(bytes)
}

function describe(bytes: Buffer): RefreshToken {
  return {
    token: bytes.toString('base64url'),
    familyHash: sha256(bytes.subarray(0, FAMILY_BYTES)),
    hash: sha256(bytes),
  }
}

/** Seals a successor so that only who holds the token before it can open it: the database alone yields no token. */
export function sealSuccessor(
  box: { token: string; authSessionId: string; successor: string },
  random: Random,
): Uint8Array {
  const { authSessionId, successor } = box
  return sealBox(
    { key: boxKey(box.token), context: authSessionId, plaintext: Buffer.from(successor) },
    random,
  )
}

/** Opens what `sealSuccessor` sealed, or null. */
export function openSuccessor(box: {
  token: string
  authSessionId: string
  sealed: Uint8Array
}): string | null {
  const opened = openBox({ key: boxKey(box.token), context: box.authSessionId, sealed: box.sealed })
  return opened && Buffer.from(opened).toString()
}

function boxKey(token: string): Uint8Array {
  return deriveKey(token, 'viva refresh successor v1')
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest()
}
