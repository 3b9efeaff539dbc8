import { randomUUID } from 'node:crypto'
import { isAppError, type Logger, type RateLimit, type RateLimiter } from '@viva/api'
import { createDb } from '@viva/db'
import { createTestDatabase } from '@viva/db/testing'
import { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import { createPostgresRateLimiter } from './limiter-postgres.ts'
import { createRedisRateLimiter } from './limiter-redis.ts'

const redisUrl = process.env['TEST_REDIS_URL']
const OPTIONS = { enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: 2_000 }
const LIMIT: RateLimit = { name: 'test', points: 10, seconds: 60 }

function recordingLog(): Logger & { warnings: string[] } {
  const silent = () => undefined
  const warnings: string[] = []
  return {
    warnings,
    debug: silent,
    info: silent,
    error: silent,
    warn: (_fields, message) => warnings.push(message),
  }
}

/** How many of `calls` parallel calls get a point. */
async function granted(limiters: RateLimiter[], key: string, calls: number): Promise<number> {
  const results = await Promise.allSettled(
    Array.from({ length: calls }, (_, index) => limiters[index % limiters.length]?.consume(LIMIT, key)),
  )
  for (const result of results) {
    if (result.status === 'fulfilled') continue
    if (!isAppError(result.reason, 'RATE_LIMITED')) throw result.reason
    expect(result.reason.details.retryAfterSeconds).toBeGreaterThan(0)
    expect(result.reason.details.retryAfterSeconds).toBeLessThanOrEqual(LIMIT.seconds)
  }
  return results.filter(({ status }) => status === 'fulfilled').length
}

test('two instances over one Postgres share a budget, and a reset gives it back', async () => {
  await using database = await createTestDatabase()
  const log = recordingLog()
  const limiters = [1, 2].map(() =>
    // A busy machine may take a while; that a slow database is passed over is another promise.
    createPostgresRateLimiter({ sql: database.db.sql, log, queryTimeoutMs: 30_000 }),
  )
  expect(await granted(limiters, 'somebody', 40)).toBe(10)
  expect(await granted(limiters, 'somebody else', 5)).toBe(5)
  await limiters[0]?.reset(LIMIT, 'somebody')
  expect(await granted(limiters, 'somebody', 40)).toBe(10)
  expect(log.warnings).toEqual([])
})

test('while Postgres is away the limit holds in memory, and one line says so', async () => {
  const db = createDb({ url: 'postgres://127.0.0.1:1/none', max: 2 })
  const log = recordingLog()
  const limiter = createPostgresRateLimiter({ sql: db.sql, log })
  expect(await granted([limiter], 'somebody', 20)).toBe(10)
  await limiter.reset(LIMIT, 'somebody')
  expect(await granted([limiter], 'somebody', 20)).toBe(10)
  expect(log.warnings).toEqual(['Postgres does not answer: rate limits are counted by this instance alone'])
  await db.close({ timeoutSeconds: 0 })
})

test('while Redis is away the limit holds in memory, and one line says so', async () => {
  const log = recordingLog()
  const redis = new Redis('redis://127.0.0.1:1', OPTIONS)
  const limiter = createRedisRateLimiter({ redis, log })
  expect(await granted([limiter], 'somebody', 20)).toBe(10)
  await limiter.reset(LIMIT, 'somebody')
  expect(await granted([limiter], 'somebody', 20)).toBe(10)
  await expect
    .poll(() => log.warnings)
    .toEqual(['Redis does not answer: rate limits are counted by this instance alone'])
  redis.disconnect()
})

test.runIf(redisUrl)('two instances over one Redis share a budget, and a reset gives it back', async () => {
  const log = recordingLog()
  const clients = [1, 2].map(() => new Redis(redisUrl ?? '', { ...OPTIONS, lazyConnect: true }))
  await Promise.all(clients.map((redis) => redis.connect()))
  const limiters = clients.map((redis) => createRedisRateLimiter({ redis, log }))
  const key = `somebody-${randomUUID()}`
  expect(await granted(limiters, key, 40)).toBe(10)
  await limiters[1]?.reset(LIMIT, key)
  expect(await granted(limiters, key, 40)).toBe(10)
  expect(log.warnings).toEqual([])
  for (const redis of clients) redis.disconnect()
})
