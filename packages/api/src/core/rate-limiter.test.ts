import { expect, onTestFinished, test, vi } from 'vitest'
import { isAppError } from './errors.ts'
import { createMemoryRateLimiter, networkOf } from './rate-limiter.ts'

const LIMIT = { name: 'test', points: 3, seconds: 60 }

async function granted(limiter = createMemoryRateLimiter(), keys: string[] = []): Promise<number> {
  const results = await Promise.allSettled(keys.map((key) => limiter.consume(LIMIT, key)))
  return results.filter(({ status }) => status === 'fulfilled').length
}

test('parallel calls never get more points than there are, and learn when to come back', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const limiter = createMemoryRateLimiter()
  expect(await granted(limiter, Array(50).fill('somebody'))).toBe(3)
  const refused = await limiter.consume(LIMIT, 'somebody').catch((error: unknown) => error)
  expect(isAppError(refused, 'RATE_LIMITED') && refused.details.retryAfterSeconds).toBe(60)
})

test('points come back with the time, and with a reset', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const limiter = createMemoryRateLimiter()
  const single = { ...LIMIT, points: 1 }
  await limiter.consume(single, 'somebody')
  await expect(limiter.consume(single, 'somebody')).rejects.toThrow('Try again in 60 s')
  await limiter.reset(single, 'somebody')
  await limiter.consume(single, 'somebody')
  await vi.advanceTimersByTimeAsync(59_000)
  await expect(limiter.consume(single, 'somebody')).rejects.toThrow('Try again in 1 s')
  await vi.advanceTimersByTimeAsync(1000)
  await limiter.consume(single, 'somebody')
})

test('two limits with one key do not share their points', async () => {
  const limiter = createMemoryRateLimiter()
  expect(await granted(limiter, ['somebody', 'somebody', 'somebody'])).toBe(3)
  await limiter.consume({ ...LIMIT, name: 'other' }, 'somebody')
})

test('the addresses of one IPv6 network share a budget', async () => {
  const addresses = Array.from({ length: 20 }, (_, index) => `2001:db8:1:2::${(index + 1).toString(16)}`)
  expect(await granted(createMemoryRateLimiter(), addresses)).toBe(3)
})

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2ff:3:4:5:6', '2001:db8:1:200::/56'],
  ['2001:db8:1:20::1', '2001:db8:1:0::/56'],
])('where a home is one place, %s is counted as %s', (address, expected) => {
  expect(networkOf(address, 56)).toBe(expected)
})

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['user:0190', 'user:0190'],
  ['', ''],
])('%s is counted as %s', (address, expected) => {
  expect(networkOf(address)).toBe(expected)
})
