import { isIPv6 } from 'node:net'
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { AppError } from './errors.ts'
import type { RateLimit, RateLimiter } from './ports.ts'

/**
 * The RateLimiter port over any limiter of rate-limiter-flexible, so that memory, Postgres and Redis count alike.
 *
 * @param make makes the counters of one limit; called once for each
 */
export function rateLimiterFrom(make: (limit: RateLimit) => RateLimiterAbstract): RateLimiter {
  const limiters = new Map<string, RateLimiterAbstract>()
  function limiterFor(limit: RateLimit): RateLimiterAbstract {
    const name = `${limit.name}:${limit.points}:${limit.seconds}`
    let limiter = limiters.get(name)
    if (!limiter) {
      limiter = make(limit)
      limiters.set(name, limiter)
    }
    return limiter
  }
  return {
    async consume(limit, key) {
      try {
        await limiterFor(limit).consume(networkOf(key))
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error
        const seconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000))
        throw new AppError('RATE_LIMITED', `Too many calls. Try again in ${seconds} s.`, {
          retryAfterSeconds: seconds,
        })
      }
    },
    async reset(limit, key) {
      await limiterFor(limit).delete(networkOf(key))
    },
  }
}

/** Counts in this process alone: for one instance, for tests, and while the shared counters cannot be reached. */
export function createMemoryRateLimiter(): RateLimiter {
  return rateLimiterFrom(memoryCounters)
}

/** The counters of one limit in this process. */
export function memoryCounters(limit: RateLimit): RateLimiterAbstract {
  return new RateLimiterMemory({ keyPrefix: limit.name, points: limit.points, duration: limit.seconds })
}

/**
 * What an address is counted as: an IPv6 address as its network, since a subscriber is given a whole one and may use a
 * new address for each call; an IPv4 address written as IPv6 as itself; everything else as it is.
 *
 * @param prefix length of the network: a link has a /64, a home or an office up to a /56
 */
export function networkOf(address: string, prefix: 56 | 64 = 64): string {
  if (!isIPv6(address)) return address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped?.[1] !== undefined) return mapped[1]
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::')
  const start = head === '' ? [] : head.split(':')
  const end = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = tail === undefined ? 0 : Math.max(0, 8 - start.length - end.length)
  const groups = [...start, ...Array<string>(missing).fill('0'), ...end]
  const numbers = groups.slice(0, 4).map((group) => Number.parseInt(group, 16))
  if (prefix === 56) numbers.push((numbers.pop() ?? 0) & 0xff00)
  return `${numbers.map((number) => number.toString(16)).join(':')}::/${prefix}`
}
