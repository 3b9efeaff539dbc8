import { type Logger, memoryCounters, type RateLimiter, rateLimiterFrom } from '@viva/api'
import type { Redis } from 'ioredis'
import { RateLimiterRedis } from 'rate-limiter-flexible'
import { outageReporter } from './limiter-outage.ts'

/**
 * Counts in Redis, so that all instances share a budget. While Redis does not answer, each instance counts for itself:
 * a limit that stops counting would be no limit.
 *
 * @param options.redis without an offline queue and with a time-out for commands, so that no call waits for its return;
 *   its caller opens and closes it
 */
export function createRedisRateLimiter({ redis, log }: { redis: Redis; log: Logger }): RateLimiter {
  const outage = outageReporter(log, 'Redis')
  redis.on('error', outage.report)
  return rateLimiterFrom(
    (limit) =>
      new RateLimiterRedis({
        storeClient: redis,
        rejectIfRedisNotReady: true,
        keyPrefix: `viva:limit:${limit.name}`,
        points: limit.points,
        duration: limit.seconds,
        insuranceLimiter: memoryCounters(limit),
      }),
  )
}
