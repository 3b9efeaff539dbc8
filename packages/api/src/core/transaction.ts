import type { DrizzleTransaction } from '@viva/db'
import type { SessionEvent } from '../contract/index.ts'
import { actorLabel } from './actor.ts'
import type { AppContext } from './context.ts'
import { type NewEvent, writeEvents } from './event-log.ts'
import { requireLogRoom } from './log-room.ts'
import type { StreamName } from './ports.ts'
import { sealHead } from './seal-head.ts'

/** A database transaction that can append to session logs, and tells the hub once it is committed. */
export interface Transaction {
  readonly db: DrizzleTransaction
  /**
   * Appends events to one session's log, in order, in one round trip. Call it late: it takes the lock that orders
   * the log and holds it until the commit. The events that close the session, and all that come after, are sealed: no
   * database that somebody wrote to by hand can bring forth such a seal.
   *
   * @throws CONFLICT `log_full` where a candidate adds to a log that has no room for more of it
   */
  append(sessionId: string, events: readonly NewEvent[]): Promise<SessionEvent[]>
  /** Wakes who waits for a stream, once committed. */
  poke(stream: StreamName, head: number): void
}

/** How often a transaction that met a deadlock is run again. */
const RETRIES = 2

/**
 * Runs `work` in one transaction. Events that it appends are in the log if and only if everything else it wrote is
 * in the database; subscribers hear of them after the commit. `work` may run again after a deadlock, so it must have
 * no effect outside the transaction.
 */
export async function transaction<Result>(
  ctx: AppContext,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  const pokes: { stream: StreamName; head: number; events?: readonly SessionEvent[] }[] = []
  const sealed: { sessionId: string; seq: number; hash: string }[] = []
  const result = await ctx.db.transaction(
    (db) => {
      pokes.length = 0
      sealed.length = 0
      return work({
        db,
        async append(sessionId, events) {
          const at = ctx.clock.now()
          const { random } = ctx
          const written = { sessionId, actor: actorLabel(ctx.actor), at, random, events }
          const { events: appended, closed } = await writeEvents(db, written)
          const last = appended.at(-1)
          requireLogRoom(ctx.actor, events, last?.seq ?? 0)
          if (!last) return appended
          if (closed) {
            // By this server's clock: what the database says the time was is for nobody to believe later.
            const issuedAt = Math.floor(at.getTime() / 1000)
            await sealHead(ctx, db, { ...last, sessionId, appended: appended.length, issuedAt })
            sealed.push({ sessionId, seq: last.seq, hash: last.hash })
          }
          pokes.push({ stream: `session:${sessionId}`, head: last.seq, events: appended })
          return appended
        },
        poke(stream, head) {
          pokes.push({ stream, head })
        },
      })
    },
    { retries: RETRIES },
  )
  // Where logs are shipped elsewhere, this betrays whoever later rewrites the database and signs it with the server's key.
  for (const head of sealed) ctx.log.info(head, 'sealed')
  for (const poke of pokes) ctx.hub.poke(poke.stream, poke.head, poke.events)
  return result
}
