import type { JsonValue } from '../canonical-json.ts'
import type { EvidenceEvent } from '../event.ts'
import { hashEvent, hashPayload, ZERO_HASH } from '../hash.ts'

export const SESSION_ID = '0198c0de-0000-7000-8000-000000000001'

/** A valid log with one event for each payload. Salts count up, so that the log is always the same. */
export function makeLog(payloads: readonly JsonValue[], sessionId = SESSION_ID): EvidenceEvent[] {
  const events: EvidenceEvent[] = []
  for (const [index, payload] of payloads.entries()) {
    const seq = index + 1
    const salt = seq.toString(16).padStart(32, '0')
    events.push(
      rehash(
        {
          seq,
          type: seq === 1 ? 'session.created' : 'answer.received',
          at: new Date(Date.UTC(2026, 0, 31, 9, 0, seq)).toISOString(),
          actor: seq === 1 ? 'system' : 'candidate:0198c0de-0000-7000-8000-000000000002',
          payload,
          salt,
          payloadHash: hashPayload({ payload, salt }),
          hash: '',
        },
        events.at(-1)?.hash ?? ZERO_HASH,
        sessionId,
      ),
    )
  }
  return events
}

/** The event with the hash that its fields give after `previousHash`: a forger's work. */
export function rehash(event: EvidenceEvent, previousHash: string, sessionId = SESSION_ID): EvidenceEvent {
  const { seq, type, at, actor, payloadHash } = event
  return { ...event, hash: hashEvent({ sessionId, seq, type, at, actor, payloadHash, previousHash }) }
}

/** A valid log of `length` events. */
export function makeLogOf(length: number): EvidenceEvent[] {
  return makeLog(Array.from({ length }, (_, index) => ({ text: `answer ${index}` })))
}

/** The item at a position counted from 1, as `seq` does. */
export function at<Item>(items: readonly Item[], seq: number): Item {
  const item = items[seq - 1]
  if (item === undefined) throw new RangeError(`there is no item ${seq}`)
  return item
}

/** The log with one event changed. */
export function replace(
  events: readonly EvidenceEvent[],
  seq: number,
  change: Partial<EvidenceEvent>,
): EvidenceEvent[] {
  return events.map((event, index) => (index === seq - 1 ? { ...event, ...change } : event))
}

/** The events with numbers that hide what was done to them. */
export function renumber(events: readonly EvidenceEvent[]): EvidenceEvent[] {
  return events.map((event, index) => ({ ...event, seq: index + 1 }))
}
