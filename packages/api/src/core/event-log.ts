import { type DrizzleTransaction, rawSql } from '@viva/db'
import { hashPayload, newSalt } from '@viva/evidence'
import type { SessionEvent, SessionEventPayloads, SessionEventType } from '../contract/index.ts'
import type { Random } from './ports.ts'

/** An event that is about to be appended. `actor` is the caller where absent. */
export type NewEvent = {
  [Type in SessionEventType]: { type: Type; payload: SessionEventPayloads[Type]; actor?: string }
}[SessionEventType]

const SALT_BYTES = 16

interface AppendedRow {
  seq: number
  at: string
  hash: string
  closed: boolean
}

/** What an append gave. */
export interface Appended {
  events: SessionEvent[]
  /** Whether the session has closed, by these events or before them. */
  closed: boolean
}

/**
 * Appends events to a session's log in one round trip: `append_session_events` takes the head's lock, numbers, chains
 * and writes the rows. Salts and payload hashes are made here, so that the canonical form has one author.
 */
export async function writeEvents(
  db: DrizzleTransaction,
  log: { sessionId: string; actor: string; at: Date; random: Random; events: readonly NewEvent[] },
): Promise<Appended> {
  if (log.events.length === 0) return { events: [], closed: false }
  const at = log.at.toISOString()
  // One call for all salts: most of a salt's cost is asking the system for randomness.
  const salts = log.random.bytes(SALT_BYTES * log.events.length)
  const prepared = log.events.map((event, index) => {
    const salt = newSalt((length) => salts.subarray(index * SALT_BYTES, index * SALT_BYTES + length))
    return {
      type: event.type,
      actor: event.actor ?? log.actor,
      at,
      payload: event.payload,
      salt,
      payloadHash: hashPayload({ payload: event.payload, salt }),
    }
  })
  // As text: whether a driver encodes a value as JSON once more depends on how its client was set up.
  const rows = await rawSql(db)<AppendedRow[]>`
    select seq, at, hash, closed from append_session_events(${log.sessionId}::uuid, ${JSON.stringify(prepared)}::text::jsonb)`
  const events = rows.map((row, index) => {
    const event = prepared[index]
    if (!event) throw new Error('append_session_events returned more rows than it was given')
    return toSessionEvent({ ...event, seq: row.seq, at: row.at, hash: row.hash })
  })
  return { events, closed: rows[0]?.closed ?? false }
}

/** Shapes a stored row as the API shows it. Type and payload belong together because `NewEvent` was the only way in. */
export function toSessionEvent(row: {
  seq: number
  type: string
  at: string
  actor: string
  payload: unknown
  hash: string
}): SessionEvent {
  const { seq, type, at, actor, payload, hash } = row
  return { seq, type, at, actor, payload, hash } as SessionEvent
}
