import * as argon2 from '@node-rs/argon2'
import { expect, test, vi } from 'vitest'
import { isAppError } from './errors.ts'
import { createPasswordHasher, hashConcurrency } from './password-hasher.ts'
import { systemRandom as random } from './system.ts'

// Watched, not replaced.
vi.mock('@node-rs/argon2', { spy: true })

const CHEAP = { memoryCost: 64, timeCost: 1, parallelism: 1 }
const hasher = createPasswordHasher({ random, cost: CHEAP })

test("hashes are Argon2id with OWASP's first parameters", async () => {
  const hash = await createPasswordHasher({ random }).hash('correct horse battery')
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})

test('a password verifies against its own hash alone', async () => {
  const hash = await hasher.hash('correct horse battery')
  expect(await hasher.verify(hash, 'correct horse battery')).toBe(true)
  expect(await hasher.verify(hash, 'correct horse batterz')).toBe(false)
  expect(await hasher.hash('correct horse battery')).not.toBe(hash)
})

test.each([73, 256])('all %i characters of a password count', async (length) => {
  const password = 'x'.repeat(length)
  const hash = await hasher.hash(password)
  expect(await hasher.verify(hash, `${password.slice(0, -1)}y`)).toBe(false)
  expect(await hasher.verify(hash, password.slice(0, -1))).toBe(false)
  expect(await hasher.verify(hash, password)).toBe(true)
})

test('what follows a NUL counts', async () => {
  const hash = await hasher.hash('before\u0000after')
  expect(await hasher.verify(hash, 'before\u0000other')).toBe(false)
})

test('one password typed on two keyboards is one password', async () => {
  const hash = await hasher.hash('caf\u00e9 au lait')
  expect(await hasher.verify(hash, 'cafe\u0301 au lait')).toBe(true)
})

test('where there is no hash, a decoy of the same cost is verified, and the answer is false', async () => {
  const cost = { memoryCost: 128, timeCost: 2, parallelism: 1 }
  vi.mocked(argon2.verify).mockClear()
  expect(await createPasswordHasher({ random, cost }).verify(null, 'whatever')).toBe(false)
  expect(argon2.verify).toHaveBeenCalledOnce()
  const decoy = vi.mocked(argon2.verify).mock.lastCall?.[0] ?? ''
  const real = await createPasswordHasher({ random, cost }).hash('whatever')
  expect(argon2.parseOptions(decoy)).toEqual(argon2.parseOptions(real))
})

test('more than may wait are turned away at once, with the seconds to wait', async () => {
  const small = createPasswordHasher({ random, cost: CHEAP, concurrency: 1, maxQueued: 3 })
  const results = await Promise.allSettled(Array.from({ length: 10 }, () => small.hash('password')))
  const refused = results.filter((result) => result.status === 'rejected')
  expect(refused).toHaveLength(6)
  for (const { reason } of refused) {
    expect(isAppError(reason, 'OVERLOADED') && reason.details.retryAfterSeconds).toBeGreaterThanOrEqual(1)
  }
  expect(await small.hash('password')).toMatch(/^\$argon2id\$/)
})

test('a failed hash gives its place back', async () => {
  const small = createPasswordHasher({ random, cost: CHEAP, concurrency: 1, maxQueued: 0 })
  await expect(small.verify('no hash at all', 'password')).rejects.toThrow()
  expect(await small.verify(null, 'password')).toBe(false)
})

test.each([
  [1, 4, 1],
  [2, 4, 1],
  [3, 4, 2],
  [16, 4, 2],
  [16, 16, 14],
  [16, 1, 1],
])('of %i cores and a pool of %i, %i hash at once', (cores, poolSize, expected) => {
  expect(hashConcurrency(cores, poolSize)).toBe(expected)
})
