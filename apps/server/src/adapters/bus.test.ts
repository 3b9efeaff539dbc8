import { randomUUID } from 'node:crypto'
import type { Bus, StreamName } from '@viva/api'
import { createDb } from '@viva/db'
import { createTestDatabase } from '@viva/db/testing'
import { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { createPostgresBus } from './bus-postgres.ts'
import { createRedisBus } from './bus-redis.ts'
import { packPokes, unpackPokes } from './poke-codec.ts'

const stream = (n: number): StreamName => `session:0198c0de-0000-7000-8000-${String(n).padStart(12, '0')}`

interface Pair extends AsyncDisposable {
  near: Bus
  far: Bus
  /** Breaks the connection with which `far` listens. */
  cut(): Promise<void>
}

async function postgresPair(): Promise<Pair> {
  const database = await createTestDatabase()
  const other = createDb({ url: database.url, max: 2 })
  const near = createPostgresBus({ db: database.db })
  const far = createPostgresBus({ db: other })
  return {
    near,
    far,
    async cut() {
      await database.db.sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and query like 'listen%'`
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([near.close(), far.close()])
      await other.close({ timeoutSeconds: 1 })
      await database.close()
    },
  }
}

async function redisPair(): Promise<Pair> {
  const url = process.env['TEST_REDIS_URL'] ?? ''
  // Other tests use this Redis at the same time: the pair has a channel of its own, and cuts only its own connection.
  const channel = `test:${randomUUID()}`
  const [first, second] = [new Redis(url), new Redis(url, { connectionName: channel })]
  const near = createRedisBus({ redis: first, channel })
  const far = createRedisBus({ redis: second, channel })
  return {
    near,
    far,
    async cut() {
      const clients = String(await first.call('CLIENT', 'LIST', 'TYPE', 'pubsub')).split('\n')
      const line = clients.find((client) => client.includes(` name=${channel} `))
      await first.call('CLIENT', 'KILL', 'ID', /^id=(\d+)/.exec(line ?? '')?.[1] ?? '')
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([near.close(), far.close()])
      first.disconnect()
      second.disconnect()
    },
  }
}

const KINDS = [
  { name: 'postgres', make: postgresPair, canCut: process.env['TEST_DATABASE_URL'] !== undefined },
  ...(process.env['TEST_REDIS_URL'] ? [{ name: 'redis', make: redisPair, canCut: true }] : []),
]

describe.each(KINDS)('the bus over $name', ({ make, canCut }) => {
  test('carries every poke of a large batch to another instance', async () => {
    await using pair = await make()
    const heard = new Map<StreamName, number>()
    await pair.far.subscribe({ onPoke: (name, head) => heard.set(name, head), onGap: () => undefined })
    await pair.near.publish(Array.from({ length: 500 }, (_, n) => ({ stream: stream(n), head: n })))
    await expect.poll(() => heard.size).toBe(500)
    expect(heard.get(stream(499))).toBe(499)
  })

  test('says that it listens', async () => {
    await using pair = await make()
    await pair.far.subscribe({ onPoke: () => undefined, onGap: () => undefined })
    await pair.far.check()
  })

  test.runIf(canCut)('reports a gap when its connection was cut, and goes on', async () => {
    await using pair = await make()
    let gaps = 0
    const heard: number[] = []
    await pair.far.subscribe({
      onPoke: (_, head) => heard.push(head),
      onGap: () => {
        gaps += 1
      },
    })
    const before = gaps
    await pair.cut()
    await expect.poll(() => gaps).toBeGreaterThan(before)
    await pair.near.publish([{ stream: stream(1), head: 7 }])
    await expect.poll(() => heard).toEqual([7])
  })
})

test('a bus that does not listen fails its check', async () => {
  await using database = await createTestDatabase()
  const bus = createPostgresBus({ db: database.db, checkTimeoutMs: 50 })
  await expect(bus.check()).rejects.toThrow('did not arrive')
})

test('messages stay below the limit, and lines that are no pokes are skipped', () => {
  const pokes = [
    ...Array.from({ length: 400 }, (_, n) => ({ stream: stream(n), head: n })),
    { stream: 'work:runs' as const, head: 1_800_000_000_000 },
  ]
  const messages = packPokes(pokes, 7900)
  expect(Math.max(...messages.map((message) => message.length))).toBeLessThanOrEqual(7900)
  expect(messages.flatMap(unpackPokes)).toEqual(pokes)
  expect(unpackPokes("session:1' or 1=1 5\n\nnonsense\nauth:zz 1")).toEqual([])
})
