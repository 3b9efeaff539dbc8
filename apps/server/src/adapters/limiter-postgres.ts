import { type Logger, memoryCounters, type RateLimiter, rateLimiterFrom } from '@viva/api'
import type { Sql } from '@viva/db'
import { RateLimiterPostgres } from 'rate-limiter-flexible'
import { outageReporter } from './limiter-outage.ts'

/** How long the database is left alone after it did not answer, in ms: the driver queues what it cannot send. */
const REST_MS = 5_000

/** A query as the library makes it for `pg`. */
interface PgQuery {
  text: string
  values: (string | number | null)[]
}

/**
 * Counts in the table `rate_limits`, so that all instances over one database share a budget. While the database does
 * not answer, each instance counts for itself: a limit that stops counting would be no limit.
 *
 * @param options.queryTimeoutMs how long a call waits for the database before it is counted here
 */
export function createPostgresRateLimiter(options: {
  sql: Sql
  log: Logger
  queryTimeoutMs?: number
}): RateLimiter {
  const { sql, log, queryTimeoutMs = 1000 } = options
  const outage = outageReporter(log, 'Postgres')
  let restsUntil = Number.NEGATIVE_INFINITY
  // The library speaks to `pg`; this is the one method of it that it calls.
  const storeClient = {
    async query({ text, values }: PgQuery): Promise<{ rows: unknown[]; rowCount: number }> {
      if (performance.now() < restsUntil) throw new Error('Postgres is left alone after it did not answer')
      try {
        const rows = await inTime(sql.unsafe(text, values, { prepare: sql.options.prepare }), queryTimeoutMs)
        return { rows: [...rows], rowCount: rows.count }
      } catch (error) {
        restsUntil = performance.now() + REST_MS
        outage.report(error)
        throw error
      }
    },
  }
  let cleans = false
  return rateLimiterFrom((limit) => {
    const counters = new RateLimiterPostgres({
      storeClient,
      storeType: 'client',
      tableName: 'rate_limits',
      tableCreated: true,
      // They share one table: one of them throws out what has expired.
      clearExpiredByTimeout: !cleans,
      keyPrefix: limit.name,
      points: limit.points,
      duration: limit.seconds,
      insuranceLimiter: memoryCounters(limit),
    })
    cleans = true
    return counters
  })
}

async function inTime<Result>(work: PromiseLike<Result>, ms: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`Postgres did not answer within ${ms} ms`))
    }, ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
