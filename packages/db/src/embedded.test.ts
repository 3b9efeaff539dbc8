import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createDb } from './client.ts'
import { DataDirLockedError, type EmbeddedDatabase, startEmbedded } from './embedded.ts'

const INSERT_UNTIL_KILLED = fileURLToPath(new URL('../test/insert-until-killed.ts', import.meta.url))

/** A client with one connection, whose socket can be destroyed under it. */
function clientWithSocket(url: string): { sql: postgres.Sql; cut(): void } {
  const sockets: Socket[] = []
  const { hostname, port } = new URL(url)
  const options: postgres.Options<Record<string, postgres.PostgresType>> & { socket(): Socket } = {
    max: 1,
    onnotice: () => undefined,
    socket() {
      const socket = connect({ host: hostname, port: Number(port) })
      sockets.push(socket)
      return socket
    },
  }
  return {
    sql: postgres(url, options),
    cut() {
      for (const socket of sockets) socket.destroy()
    },
  }
}

async function withDataDir(work: (dataDir: string) => Promise<void>): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'viva-embedded-'))
  try {
    await work(dataDir)
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

describe('connections of one embedded database', () => {
  let embedded: EmbeddedDatabase
  const clients: postgres.Sql[] = []

  function client(
    options: postgres.Options<Record<string, postgres.PostgresType>> = {},
    { url } = embedded,
  ): postgres.Sql {
    const sql = postgres(url, { max: 1, onnotice: () => undefined, ...options })
    clients.push(sql)
    return sql
  }

  beforeAll(async () => {
    embedded = await startEmbedded()
  })
  afterAll(async () => {
    await Promise.all(clients.map((sql) => sql.end({ timeout: 1 })))
    await embedded.close()
  })

  test('never get each other’s results or errors, however their messages interleave', async () => {
    const ask = async (sql: postgres.Sql, who: number): Promise<void> => {
      for (let round = 0; round < 15; round++) {
        const value = who * 1000 + round
        const [own, failed, named] = await Promise.allSettled([
          sql.unsafe(`select $1::int as value, ${who} as who`, [value]),
          sql.unsafe(`select $1::int / ${who % 2} as value`, [value]),
          sql`select ${`${who}`}::text as who, ${'x'.repeat(30_000)}::text as long`,
        ])
        expect(own).toMatchObject({ status: 'fulfilled', value: [{ value, who }] })
        expect(failed.status).toBe(who % 2 === 0 ? 'rejected' : 'fulfilled')
        expect(named).toMatchObject({ status: 'fulfilled', value: [{ who: `${who}` }] })
      }
    }
    await Promise.all(Array.from({ length: 8 }, (_, who) => ask(client(), who)))
  })

  test('lose no update in 20 transactions at once, of which some are cut off in the middle', async () => {
    const observer = client()
    await observer`create table counter (n int not null)`
    await observer`insert into counter values (0)`
    const increments = Array.from({ length: 20 }, async (_, index) => {
      const { sql, cut } = clientWithSocket(embedded.url)
      try {
        await sql.begin(async (tx) => {
          const [row] = await tx<{ n: number }[]>`select n from counter for update`
          await delay(index % 3)
          await tx`update counter set n = ${(row?.n ?? 0) + 1}`
          if (index % 4 === 0) cut()
          await delay(index % 2)
        })
        return 1
      } catch {
        return 0
      } finally {
        await sql.end({ timeout: 0 })
      }
    })
    const committed = (await Promise.all(increments)).reduce<number>((sum, one) => sum + one, 0)
    expect(committed).toBe(15)
    expect(await observer`select n from counter`).toEqual([{ n: committed }])
  })

  test('go on after one falls silent in its transaction, which is rolled back', async () => {
    const hasty = await startEmbedded({ idleInTransactionTimeoutMs: 2000 })
    onTestFinished(() => hasty.close())
    const sql = client({}, hasty)
    await sql`create table silent (n int)`
    const waiting = client({}, hasty)
    let waited: Promise<unknown> | undefined
    const silent = client({}, hasty).begin(async (tx) => {
      await tx`insert into silent values (1)`
      waited = waiting`select n from silent`
      await waited // never comes while this transaction is open
    })
    await expect(silent).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' })
    expect(await waited).toEqual([])
  })

  test('hear what another one notifies, also after a third has stopped listening', async () => {
    const heard: string[] = []
    const listener = client()
    const { promise: all, resolve } = Promise.withResolvers<void>()
    await listener.listen('news', (payload) => {
      heard.push(payload)
      if (payload === 'last') resolve()
    })
    const leaving = client()
    const { unlisten } = await leaving.listen('news', () => undefined)
    await client().notify('news', 'first')
    await unlisten()
    await client().notify('news', 'last')
    await all
    expect(heard).toEqual(['first', 'last'])
  })

  test('get whole answers to large questions', async () => {
    const text = 'é'.repeat(3_000_000)
    const [row] = await client()`select ${text}::text as text`
    expect(row?.['text']).toBe(text)
  })

  test('leave no prepared statement behind', async () => {
    const leaving = client()
    await leaving`select ${1}::int as left_behind`
    await leaving.end()
    const count = async (): Promise<number> => {
      const rows = await client()`select 1 from pg_prepared_statements where statement like '%left_behind'`
      return rows.length
    }
    // The count's own statement holds the words as well; it is the only one.
    await expect.poll(count).toBe(0)
  })

  test('cannot stop the engine with COPY FROM STDIN', async () => {
    const sql = client()
    await expect(sql.unsafe('copy pg_class from stdin')).rejects.toMatchObject({ code: '0A000' })
    await expect(sql`copy pg_class from stdin`).rejects.toMatchObject({ code: '0A000' })
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }])
  })

  test('need the password', async () => {
    const url = new URL(embedded.url)
    url.password = 'guessed'
    const stranger = postgres(url.href, { max: 1 })
    await expect(stranger`select 1`).rejects.toMatchObject({ code: '28P01' })
    await stranger.end({ timeout: 0 })
  })

  test.each([
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['a huge length', Buffer.from('7fffffff00030000', 'hex')],
  ])('survive a stranger who sends %s', async (_, bytes) => {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(embedded.url).port) })
    socket.end(bytes)
    socket.resume()
    await once(socket, 'close')
    expect(await client()`select 1 as one`).toEqual([{ one: 1 }])
  })
})

test('a query that was running at close is answered or rejected, and the database ends', async () => {
  const embedded = await startEmbedded()
  const sql = postgres(embedded.url, { max: 1, onnotice: () => undefined })
  await sql`select 1`
  const running = sql.begin(async (tx) => {
    await tx`create table unfinished (n int)`
    await embedded.close()
    await tx`select 1`
  })
  await expect(running).rejects.toThrow()
  expect(await embedded.ended).toBeUndefined()
  await sql.end({ timeout: 0 })
})

test('an engine that breaks is reported, and its clients are cut off', async () => {
  const embedded = await startEmbedded()
  const sql = postgres(embedded.url, { max: 1, onnotice: () => undefined })
  // A COPY that the multiplexer does not recognise: the engine exits.
  await expect(sql.unsafe('copy pg_class from /* */ stdin')).rejects.toMatchObject({
    code: 'CONNECTION_CLOSED',
  })
  expect(await embedded.ended).toMatchObject({
    message: expect.stringContaining('The embedded database broke'),
  })
  await sql.end({ timeout: 0 })
})

describe('a data folder', () => {
  test('keeps its rows over a restart', async () => {
    await withDataDir(async (dataDir) => {
      {
        await using embedded = await startEmbedded({ dataDir })
        const db = createDb({ url: embedded.url })
        await db.sql`create table kept (n int)`
        await db.sql`insert into kept values (1)`
        await db.close()
      }
      await using embedded = await startEmbedded({ dataDir })
      const db = createDb({ url: embedded.url })
      expect(await db.sql`select n from kept`).toEqual([{ n: 1 }])
      await db.close()
    })
  })

  test('belongs to one living instance, and is free again after its close', async () => {
    await withDataDir(async (dataDir) => {
      const embedded = await startEmbedded({ dataDir })
      const refused = startEmbedded({ dataDir })
      await expect(refused).rejects.toBeInstanceOf(DataDirLockedError)
      await expect(refused).rejects.toMatchObject({ dataDir, pid: process.pid })
      await embedded.close()
      expect(await readdir(dataDir)).toEqual(['postgres'])
    })
  })

  test('has every acknowledged row after kill -9, and can be opened again at once', async () => {
    await withDataDir(async (dataDir) => {
      for (let round = 0; round < 2; round++) {
        const child = spawn(process.execPath, [INSERT_UNTIL_KILLED, dataDir], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        const acknowledged = await killAfter(child, 300 * (round + 1))
        await using embedded = await startEmbedded({ dataDir })
        const { sql, close } = createDb({ url: embedded.url })
        const [row] = await sql<{ last: number; rows: number }[]>`
          select max(n) as last, count(*) as rows from acknowledged`
        expect(row?.last).toBeGreaterThanOrEqual(acknowledged)
        expect(row?.rows).toBe(row?.last) // no gap either
        await sql`drop table acknowledged`
        await close()
      }
    })
  })
})

/** Kills the program once it has acknowledged `count` rows; returns the last one that it reported. */
async function killAfter(child: ChildProcess, count: number): Promise<number> {
  if (child.stdout === null) throw new Error('the child has no stdout')
  let last = 0
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line)
    if (last >= count && !child.killed) child.kill('SIGKILL')
  }
  if (last < count) throw new Error('the child ended before it was killed')
  // Its output closes a moment before the kernel has done away with the process, which still holds the lock until then.
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return last
}
