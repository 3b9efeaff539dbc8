import { sql as drizzleSql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startCuttableProxy } from '../test/cuttable-proxy.ts'
import { createDb, type Db, rawSql, SESSION_TIMEOUTS_MS, sqlState } from './client.ts'
import { companies } from './schema/index.ts'
import { createTestDatabase, makeCompany, type TestDatabase } from './testing/index.ts'

const kinds = process.env['TEST_DATABASE_URL'] ? (['embedded', 'postgres'] as const) : (['embedded'] as const)

describe.each(kinds)('the database client (%s)', (kind) => {
  let database: TestDatabase
  let db: Db

  beforeAll(async () => {
    database = await createTestDatabase({ kind })
    db = database.db
    await db.sql`create table notes (id int primary key)`
  })
  afterAll(async () => {
    await database.close()
  })

  test('raw SQL reads int8 as a number and times as Date, Drizzle keeps its own reading', async () => {
    const [row] =
      await db.sql`select 9007199254740991::int8 as big, timestamptz '2026-01-31T09:00:00.123Z' as at`
    expect(row).toEqual({ big: Number.MAX_SAFE_INTEGER, at: new Date('2026-01-31T09:00:00.123Z') })
    const company = await makeCompany(db, { createdAt: new Date('2026-01-31T09:00:00.123Z') })
    expect(company.createdAt).toEqual(new Date('2026-01-31T09:00:00.123Z'))
    const [raw] = await db.sql`select created_at from companies where id = ${company.id}`
    expect(raw).toEqual({ created_at: company.createdAt })
  })

  test('an int8 that a number cannot hold is an error, not a rounded value', async () => {
    await expect(db.sql`select 9007199254740993::int8 as big`).rejects.toThrow(/not a safe integer/)
    expect(await db.sql`select 1 as one`).toEqual([{ one: 1 }])
  })

  test('a transaction that throws leaves nothing', async () => {
    const failed = db.transaction(async (tx) => {
      await tx.execute(drizzleSql`insert into notes values (1)`)
      throw new Error('changed my mind')
    })
    await expect(failed).rejects.toThrow('changed my mind')
    expect(await db.sql`select id from notes where id = 1`).toEqual([])
  })

  test('raw SQL of a transaction is part of it', async () => {
    const failed = db.transaction(async (tx) => {
      await rawSql(tx)`insert into notes values (${5})`
      expect([...(await tx.execute(drizzleSql`select id from notes where id = 5`))]).toEqual([{ id: 5 }])
      throw new Error('changed my mind')
    })
    await expect(failed).rejects.toThrow('changed my mind')
    expect(await db.sql`select id from notes where id = 5`).toEqual([])
  })

  test('a transaction is run again after a serialization failure, as often as asked', async () => {
    let runs = 0
    const failTwice = async (retries: number): Promise<number> => {
      runs = 0
      await db.transaction(
        async (tx) => {
          runs++
          if (runs <= 2) await tx.execute(drizzleSql`do $$begin raise serialization_failure; end$$`)
        },
        { retries, isolationLevel: 'serializable' },
      )
      return runs
    }
    expect(await failTwice(2)).toBe(3)
    await expect(failTwice(1)).rejects.toSatisfy((error) => sqlState(error) === '40001')
    expect(runs).toBe(2)
  })

  test('the SQLSTATE is found under Drizzle’s wrapping', async () => {
    const company = await makeCompany(db)
    const error = await db.drizzle
      .insert(companies)
      .values(company)
      .then(
        () => undefined,
        (reason: unknown) => reason,
      )
    expect(sqlState(error)).toBe('23505')
    expect(sqlState(new Error('other'))).toBeUndefined()
  })

  // Regression: porsager/postgres issues 1133 and 1208, where this ended the process; see patches/.
  test.each(['fin', 'reset'] as const)(
    'a connection lost (%s) in a transaction fails it, and nothing else',
    async (how) => {
      await using proxy = await startCuttableProxy(database.url)
      const cutDb = createDb({ url: proxy.url, max: 2 })
      for (let round = 0; round < 3; round++) {
        const lost = cutDb.transaction(async (tx) => {
          await tx.execute(drizzleSql`insert into notes values (2)`)
          const running = tx.execute(drizzleSql`select 1`)
          proxy.cut(how)
          await running
          await tx.execute(drizzleSql`select 1`)
        })
        await expect(lost).rejects.toThrow()
        await expect.poll(() => cutDb.ping()).toBeUndefined()
        const rows = await cutDb.drizzle.execute(drizzleSql`select id from notes where id = 2`)
        expect([...rows]).toEqual([])
      }
      await cutDb.close()
    },
  )

  // Regression: porsager/postgres issue 1216, where the dead transaction's insert was committed by the next one.
  test('nothing of a transaction that lost its connection runs in the one that has it next', async () => {
    await using proxy = await startCuttableProxy(database.url)
    const cutDb = createDb({ url: proxy.url, max: 2 }) // one connection for transactions
    const next = Promise.withResolvers<void>()
    const late = Promise.withResolvers<unknown>()
    const dead = cutDb.transaction(async (tx) => {
      await tx.execute(drizzleSql`select 1`)
      proxy.cut('fin')
      await next.promise
      late.resolve(
        await tx.execute(drizzleSql`insert into notes values (3)`).catch((error: unknown) => error),
      )
    })
    await expect(dead).rejects.toThrow(/CONNECTION_CLOSED/)
    await cutDb.transaction(async (tx) => {
      await tx.execute(drizzleSql`insert into notes values (4)`)
      next.resolve()
      expect(await late.promise).toBeInstanceOf(Error)
    })
    expect(await db.sql`select id from notes where id in (3, 4)`).toEqual([{ id: 4 }])
    await cutDb.close()
  })

  test('a listener hears again after its connection was lost, once the database is back', async () => {
    await using proxy = await startCuttableProxy(database.url)
    const listening = createDb({ url: proxy.url })
    const heard: string[] = []
    let starts = 0
    const subscription = await listening.listen(
      'pokes',
      (payload) => heard.push(payload),
      () => starts++,
    )
    await db.sql.notify('pokes', 'before')
    await expect.poll(() => heard).toEqual(['before'])
    await proxy.refuse()
    await db.sql.notify('pokes', 'lost')
    await proxy.admit()
    await expect.poll(() => starts).toBe(2)
    await db.sql.notify('pokes', 'after')
    await expect.poll(() => heard).toEqual(['before', 'after'])
    await subscription.stop()
    await listening.close()
  })

  test('through a pooler no named statement is prepared', async () => {
    const url = new URL(database.url)
    url.searchParams.set('pgbouncer', 'true')
    const pooled = createDb({ url: url.href, max: 2 })
    await pooled.sql`select ${1}::int as through_pooler`
    const named = await pooled.sql.unsafe(
      `select name from pg_prepared_statements where statement like '%through_pooler' and name <> ''`,
    )
    expect(named).toEqual([])
    await pooled.close()
  })

  test('a ping fails while the database is out of reach', async () => {
    const proxy = await startCuttableProxy(database.url)
    const unreachable = createDb({ url: proxy.url })
    await unreachable.ping()
    await proxy.refuse()
    await expect(unreachable.ping()).rejects.toThrow()
    await unreachable.close({ timeoutSeconds: 0 })
  })
})

test.skipIf(!process.env['TEST_DATABASE_URL'])('every session has time-outs', async () => {
  await using database = await createTestDatabase({ kind: 'postgres' })
  for (const name of Object.keys(SESSION_TIMEOUTS_MS)) {
    const [row] = await database.db.sql`select setting::int from pg_settings where name = ${name}`
    expect({ [name]: row?.['setting'] }).toEqual({ [name]: Object(SESSION_TIMEOUTS_MS)[name] })
  }
})
