import type { JsonObject, SignalKind } from '@viva/api/contract'
import type { VivaErrorCode } from './errors.ts'

/** An answer that waits to be sent; `id` is its idempotency key. */
export interface AnswerEntry {
  id: string
  questionId: string
  text: string
  mediaId?: string
  clientTime: string
}

/** A signal that waits to be sent; its number is given when it is first sent, and then stays. */
export interface SignalEntry {
  id: string
  clientSeq: number | null
  clientTime: string
  kind: SignalKind
  details?: JsonObject
}

/** What the server will never take, kept until it is cleared: an answer is somebody's words. */
export type Rejected = { code: VivaErrorCode; message: string; requestId: string | null; at: string } & (
  | { kind: 'answer'; answer: AnswerEntry }
  | { kind: 'signal'; signal: SignalEntry }
)

const KEY_BYTES = 16

/** A new idempotency key. Not `randomUUID`: browsers have that on secure pages alone. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
