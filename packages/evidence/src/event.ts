import type { JsonValue } from './canonical-json.ts'

/** One row of a session's append-only log, as it is stored and exported. */
export interface EvidenceEvent {
  /** Position in the log; starts at 1, without gaps. */
  seq: number
  /** For instance `session.started`. */
  type: string
  /** The server's time: ISO 8601, UTC, exactly three decimals. */
  at: string
  /** Who caused it: `system`, `candidate:<uuid>`, `member:<uuid>`. */
  actor: string
  /** What happened; `null` when erased (or when the payload is a JSON null). */
  payload: JsonValue
  /** 16 random bytes in hex; `null` means that salt and payload were erased. */
  salt: string | null
  /** What {@link hashPayload} gave when the event was written; survives erasure. */
  payloadHash: string
  /** What {@link hashEvent} gave when the event was written. */
  hash: string
}

/**
 * The types whose payload may be erased: those that carry a person's words, or what was noticed of them. The others hold
 * ids, numbers and hashes alone, which nobody has to erase, and on which it rests that rows cannot be changed unseen.
 */
const ERASABLE: ReadonlySet<string> = new Set([
  'session.prechecked',
  'session.transitioned',
  'question.asked',
  'answer.received',
  'signal.recorded',
  'signal.reordered',
  'strike.reviewed',
])

/** Whether the payload of an event of this type may be erased. */
export function isErasable(type: string): boolean {
  return ERASABLE.has(type)
}

const HASH = /^[0-9a-f]{64}$/
const SALT = /^[0-9a-f]{32}$/
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** Whether a value is a SHA-256 in lower-case hex. */
export function isHash(value: unknown): value is string {
  return typeof value === 'string' && HASH.test(value)
}

/** Whether a value is a salt: 16 bytes in lower-case hex. */
export function isSalt(value: unknown): value is string {
  return typeof value === 'string' && SALT.test(value)
}

/** Whether a value is an existing moment written as `YYYY-MM-DDTHH:mm:ss.sssZ`. */
export function isTime(value: unknown): value is string {
  if (typeof value !== 'string' || !TIME.test(value)) return false
  const time = new Date(value)
  return !Number.isNaN(time.getTime()) && time.toISOString() === value
}

/**
 * Whether a text can stand on one line of the hashed event. A newline would let two different events
 * share one hash, and a lone surrogate changes when it is encoded.
 */
export function isLine(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !value.includes('\n') && value.isWellFormed()
}

/** Whether a value is a position in a log. */
export function isSeq(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 1
}
