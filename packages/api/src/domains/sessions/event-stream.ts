import { setImmediate } from 'node:timers/promises'
import type { EventBatch, SessionEvent } from '../../contract/index.ts'
import type { AppContext } from '../../core/context.ts'
import { AppError } from '../../core/errors.ts'
import { toSessionEvent } from '../../core/event-log.ts'
import { payloadBytes } from '../../core/event-size.ts'

/** Events in one batch at most. */
const BATCH = 200
/**
 * Bytes of payloads after which a batch takes no further event, so that a long replay is sent in parts that fit a socket's
 * buffer: an answer alone may have 100 kB, and a connection may have many streams.
 */
const BATCH_BYTES = 128 * 1024
/** Longest silence in ms: a heartbeat proves that the stream still stands. */
const HEARTBEAT_MS = 15_000
/** Timers may fire a little early. */
const TIMER_SLACK_MS = 50

interface EventStream {
  sessionId: string
  /** The seq of the last event that the subscriber has. */
  cursor: number
  /** Which events the subscriber may see; the cursor moves past the others too. */
  sees: (event: SessionEvent) => boolean
  signal: AbortSignal
}

/**
 * Follows a session's log from `cursor` on, in order, without gap or repetition, until `signal` aborts. Replay and tail
 * are one loop that always reads what comes after its cursor, from the hub's memory or from the database, so nothing
 * can fall in between. Yields at once, if only a heartbeat, and then at least every 15 seconds.
 *
 * @throws INVALID_INPUT where the cursor lies beyond the log's end
 */
export async function* streamEvents(
  ctx: AppContext,
  { sessionId, cursor: from, sees, signal }: EventStream,
): AsyncGenerator<{ cursor: string; data: EventBatch }, void, void> {
  // Watched before the first read: what is appended after the read wakes the loop.
  using watch = ctx.hub.watch(`session:${sessionId}`)
  const head = await unlessAborted(signal, readHead(ctx, sessionId))
  if (head === null) return
  if (from > head) {
    throw new AppError('INVALID_INPUT', 'The cursor is beyond the end of the log.', {
      issues: [{ path: 'lastEventId', message: `must be at most ${head}` }],
    })
  }
  let cursor = from
  let known = head
  let beat = true
  while (!signal.aborted) {
    // Before the read: what was there by then has been read, and what is not there will not come.
    const expected = watch.head()
    const recent = watch.recent(cursor)
    const events = recent
      ? firstBatch(recent)
      : await unlessAborted(signal, readBatch(ctx, sessionId, cursor))
    if (events === null) return
    cursor = events.at(-1)?.seq ?? cursor
    known = Math.max(known, cursor, watch.head())
    if (events.length > 0 || beat) {
      const at = ctx.clock.now().toISOString()
      yield { cursor: String(cursor), data: { events: events.filter(sees), head: known, at } }
      beat = false
      continue
    }
    // The head of a log that somebody tampered with may lie beyond its last event: not to be asked for without end.
    const passed = Math.max(cursor, expected)
    const asleep = performance.now()
    await watch.passed(passed, HEARTBEAT_MS, signal)
    beat = performance.now() - asleep >= HEARTBEAT_MS - TIMER_SLACK_MS
    // A hub that is closing wakes at once and for ever; its sockets need a turn to end this stream.
    if (!beat && watch.head() <= passed) await setImmediate()
  }
}

async function readHead(ctx: AppContext, sessionId: string): Promise<number> {
  const [row] = await ctx.db.sql<{ seq: number }[]>`
    select seq from session_heads where session_id = ${sessionId}`
  return row?.seq ?? 0
}

interface EventRow {
  seq: number
  type: string
  at: string
  actor: string
  payload: unknown
  hash: string
}

/** The first of these events that make one batch. */
function firstBatch(events: readonly SessionEvent[]): readonly SessionEvent[] {
  // Nearly always the one event that was just appended.
  if (events.length <= 1) return events
  let bytes = 0
  let count = 0
  for (const event of events) {
    if (count === BATCH || bytes >= BATCH_BYTES) break
    bytes += payloadBytes(event)
    count += 1
  }
  return events.slice(0, count)
}

/**
 * The same from the database, which reads no payload beyond the batch: events are numbered without a gap. Times come as text,
 * as in `readLog`: a forged row may have one that no date of JavaScript is, and must not end the stream.
 */
async function readBatch(ctx: AppContext, sessionId: string, after: number): Promise<SessionEvent[]> {
  const rows = await ctx.db.sql<EventRow[]>`
    with recursive batch as (
      (select seq, 1 as nth, coalesce(octet_length(payload::text), 0)::bigint as bytes from session_events
        where session_id = ${sessionId} and seq > ${after} order by seq limit 1)
      union all
      select e.seq, b.nth + 1, b.bytes + coalesce(octet_length(e.payload::text), 0) from batch b
        join session_events e on e.session_id = ${sessionId} and e.seq = b.seq + 1
        where b.nth < ${BATCH}::int and b.bytes < ${BATCH_BYTES}::int)
    select seq, type, actor, payload, encode(hash, 'hex') as hash,
      coalesce(to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), '') as at from session_events
    where session_id = ${sessionId} and seq > ${after} and seq <= (select max(seq) from batch) order by seq`
  return rows.map(toSessionEvent)
}

/** The result of `work`, or null as soon as the signal aborts. Leaves no listener behind: a stream may live for hours. */
export function unlessAborted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result | null> {
  return new Promise((resolve, reject) => {
    const abort = () => resolve(null)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
