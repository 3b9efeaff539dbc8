import type { DrizzleTransaction } from '@viva/db'
import type { EvidenceEvent, JsonValue } from '@viva/evidence'
import { sql } from 'drizzle-orm'
import type { AppContext } from '../../core/context.ts'

/** A session's log at one moment: the recorded head, the seals, and the events in batches. */
export interface LogSnapshot {
  head: { seq: number; hash: string } | null
  seals: { seq: number; jws: string }[]
  batches(): AsyncIterable<EvidenceEvent[]>
}

const BATCH = 500

interface StoredEvent extends Record<string, unknown> {
  seq: string
  type: string
  at: string
  actor: string
  payload: JsonValue
  salt: string | null
  payload_hash: string
  hash: string
}

/**
 * Lets `read` see a session's log as it stood at one moment, whatever is appended meanwhile. Nothing is taken on trust:
 * rows that no append would write are handed on as they are, for the verifier to name.
 */
export function readLog<Result>(
  ctx: AppContext,
  sessionId: string,
  read: (snapshot: LogSnapshot, db: DrizzleTransaction) => Promise<Result>,
): Promise<Result> {
  return ctx.db.transaction(
    async (db) => {
      const [head] = await db.execute<{ seq: string; hash: string }>(
        sql`select seq::text as seq, encode(hash, 'hex') as hash from session_heads where session_id = ${sessionId}`,
      )
      const seals = await db.execute<{ seq: string; jws: string }>(
        sql`select seq::text as seq, jws from session_seals where session_id = ${sessionId} order by seq`,
      )
      return read(
        {
          head: head ? { seq: Number(head.seq), hash: head.hash } : null,
          seals: seals.map(({ seq, jws }) => ({ seq: Number(seq), jws })),
          batches: () => batches(db, sessionId),
        },
        db,
      )
    },
    // One snapshot for all its queries; it takes no locks, so appends go on.
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  )
}

async function* batches(db: DrizzleTransaction, sessionId: string): AsyncGenerator<EvidenceEvent[]> {
  let after: string | null = null
  for (;;) {
    // Numbers and times travel as text: a forged row may hold what no number or date of JavaScript can.
    const rows: StoredEvent[] = await db.execute<StoredEvent>(sql`
      select seq::text as seq, type, actor, payload, encode(salt, 'hex') as salt,
        coalesce(to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), '') as at,
        encode(payload_hash, 'hex') as payload_hash, encode(hash, 'hex') as hash
      from session_events
      where session_id = ${sessionId} and (${after}::bigint is null or seq > ${after}::bigint)
      order by session_events.seq limit ${BATCH}`)
    if (rows.length > 0) yield rows.map(toEvidenceEvent)
    const last = rows.at(-1)
    if (last === undefined || rows.length < BATCH) return
    after = last.seq
  }
}

function toEvidenceEvent(row: StoredEvent): EvidenceEvent {
  const { seq, type, at, actor, payload, salt, payload_hash: payloadHash, hash } = row
  return { seq: Number(seq), type, at, actor, payload, salt, payloadHash, hash }
}
