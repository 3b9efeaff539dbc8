import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { canonicalJson, type JsonValue } from './canonical-json.ts'
import { EvidenceError } from './error.ts'
import { type EvidenceEvent, isHash, isLine, isSalt, isSeq, isTime } from './event.ts'

/** The previous hash of a log's first event: 64 zeros. */
export const ZERO_HASH = '0'.repeat(64)

const utf8 = new TextEncoder()

/** What {@link hashEvent} covers. */
export interface EventHeader extends Pick<EvidenceEvent, 'seq' | 'type' | 'at' | 'actor' | 'payloadHash'> {
  /** The session whose log this is; keeps an event from being moved to another one. */
  sessionId: string
  /** Hash of the event before, or {@link ZERO_HASH}. */
  previousHash: string
}

/**
 * Makes the salt of one payload: 16 random bytes in hex. Without it, an erased payload with few
 * possible values could be guessed back from its hash.
 *
 * @param randomBytes source of randomness; the platform's cryptographic one unless given.
 * @example
 * const salt = newSalt()
 * const payloadHash = hashPayload({ payload: { answer: 'yes' }, salt })
 */
export function newSalt(
  randomBytes: (length: number) => Uint8Array = (length) => crypto.getRandomValues(new Uint8Array(length)),
): string {
  const salt = bytesToHex(randomBytes(16))
  if (!isSalt(salt))
    throw new EvidenceError('INVALID_FIELD', 'the source of randomness did not give 16 bytes')
  return salt
}

/**
 * Hashes a payload: `sha256(salt bytes || utf8(canonicalJson(payload)))`, in lower-case hex.
 *
 * @throws EvidenceError `INVALID_FIELD` for a salt that is not 16 bytes in lower-case hex,
 *   `INVALID_JSON` for a payload that {@link canonicalJson} refuses.
 * @example
 * hashPayload({ payload: { text: 'Hello' }, salt: '000102030405060708090a0b0c0d0e0f' })
 */
export function hashPayload({ payload, salt }: { payload: JsonValue; salt: string }): string {
  if (!isSalt(salt)) {
    throw new EvidenceError('INVALID_FIELD', 'expected 16 bytes in lower-case hex', { path: '$.salt' })
  }
  return bytesToHex(
    sha256
      .create()
      .update(hexToBytes(salt))
      .update(utf8.encode(canonicalJson(payload)))
      .digest(),
  )
}

/**
 * Hashes an event's header, and through the previous hash everything before it.
 *
 * @throws EvidenceError `INVALID_FIELD`, with the field's path, when a field is not in the one form
 *   that every verifier hashes alike.
 * @example
 * hashEvent({ sessionId, seq: 1, type: 'session.created', at: '2026-01-31T09:00:00.000Z',
 *   actor: 'system', payloadHash, previousHash: ZERO_HASH })
 */
export function hashEvent(header: EventHeader): string {
  const valid = {
    sessionId: isLine(header.sessionId),
    seq: isSeq(header.seq),
    type: isLine(header.type),
    at: isTime(header.at),
    actor: isLine(header.actor),
    payloadHash: isHash(header.payloadHash),
    previousHash: isHash(header.previousHash),
  }
  for (const [field, isValid] of Object.entries(valid)) {
    if (!isValid)
      throw new EvidenceError('INVALID_FIELD', 'not in the form that is hashed', { path: `$.${field}` })
  }
  return digestHeader(header)
}

/** {@link hashEvent} without its checks, for the verifier: there a bad field is a finding, not an error. */
export function digestHeader(header: EventHeader): string {
  const { sessionId, seq, type, at, actor, payloadHash, previousHash } = header
  const lines = ['viva.event.1', sessionId, String(seq), type, at, actor, payloadHash, previousHash]
  return bytesToHex(sha256(utf8.encode(lines.join('\n'))))
}
