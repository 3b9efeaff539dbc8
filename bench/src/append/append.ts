import { systemContext, transaction } from '@viva/api'
import { createTestClock, createTestPorts } from '@viva/api/testing'
import { type Db, rawSql } from '@viva/db'
import type { Benchmark } from '../benchmark.ts'
import { interleave, median, medianRatio, type Trial } from '../rounds.ts'
import { makeBaseline } from './baseline-insert.ts'
import { fillLogs, type OpenLog, openLogs } from './fill-log.ts'
import { signalEvent } from './signal-event.ts'

/** Sessions that append at the same time, and connections for them. */
const LANES = 16
const BATCH = 25
const FEW = 1_000
const MANY = 1_000_000

/**
 * Appending to a session's log the way every verb does it: `transaction` → `append` → commit → hub.
 * An event is always written together with what it tells of, so it never comes without a transaction.
 */
export const append: Benchmark = {
  name: 'append',
  question:
    'What does the hash-chained log cost over a plain insert, and does it stay as quick when it is full?',
  async run(server) {
    // Half of the connections are Drizzle's, which appends use; the other half are raw, which the baseline uses.
    await using small = await server.open({ max: 2 * LANES })
    await using large = await server.open({ max: 2 * LANES })
    await fillLogs(small.db, FEW)
    const fillStart = performance.now()
    await fillLogs(large.db, MANY)
    const fillSeconds = (performance.now() - fillStart) / 1000

    const logs = await openLogs(small.db, LANES)
    const { db } = small
    const insert = await makeBaseline(db.sql)
    const alone = inLanes(logs, (log) => insert(db.sql, log))
    const inTransaction = inLanes(logs, (log) => db.transaction((tx) => insert(rawSql(tx), log)))
    const [inserts, transactions, single, batches] = await interleave(
      [alone, inTransaction, inLanes(logs, appender(db, 1)), inLanes(logs, appender(db, BATCH))],
      { rounds: 9, ms: 600 },
    )
    const largeLogs = await openLogs(large.db, LANES)
    const [atFew, atMany] = await interleave(
      [inLanes(logs, appender(db, 1)), inLanes(largeLogs, appender(large.db, 1))],
      { rounds: 9, ms: 600 },
    )
    return {
      measures: [
        {
          name: `append of one event, ${LANES} sessions at once ÷ plain insert of the same row, each in a transaction (rate)`,
          value: medianRatio(single, transactions),
          target: { atLeast: 0.5 },
        },
        {
          name: 'the same append in a transaction ÷ plain insert without one (rate)',
          value: medianRatio(single, inserts),
          target: { atLeast: 0.5 },
        },
        {
          name: `append of ${BATCH} events at once ÷ one at a time (events/s)`,
          value: BATCH * medianRatio(batches, single),
          target: { atLeast: 8 },
          digits: 1,
        },
        {
          name: 'append at 1 million stored events ÷ at 1 thousand (rate)',
          value: medianRatio(atMany, atFew),
          target: { atLeast: 0.9 },
        },
      ],
      raw: {
        'plain inserts/s': Math.round(median(inserts)),
        'plain inserts/s in transactions': Math.round(median(transactions)),
        'appends of 1/s': Math.round(median(single)),
        [`appends of ${BATCH}/s`]: Math.round(median(batches)),
        [`events/s in appends of ${BATCH}`]: Math.round(BATCH * median(batches)),
        'appends of 1/s at 1 thousand events': Math.round(median(atFew)),
        'appends of 1/s at 1 million events': Math.round(median(atMany)),
        'seconds to fill 1 million events': Math.round(fillSeconds * 10) / 10,
      },
    }
  },
}

/** Appends so many events to a log in one transaction. */
function appender(db: Db, events: number): (log: OpenLog) => Promise<unknown> {
  const ctx = systemContext(createTestPorts({ db, clock: createTestClock(), publicUrl: 'http://localhost' }))
  let clientSeq = 0
  return (log) =>
    transaction(ctx, (tx) =>
      tx.append(
        log.id,
        Array.from({ length: events }, () => signalEvent(++clientSeq)),
      ),
    )
}

/** Does the work in every log at once, one call after the other in each, and returns the calls per second of all. */
function inLanes(logs: readonly OpenLog[], work: (log: OpenLog) => Promise<unknown>): Trial {
  return async (ms) => {
    const start = performance.now()
    let calls = 0
    await Promise.all(
      logs.map(async (log) => {
        while (performance.now() - start < ms) {
          await work(log)
          calls++
        }
      }),
    )
    return (calls * 1000) / (performance.now() - start)
  }
}
