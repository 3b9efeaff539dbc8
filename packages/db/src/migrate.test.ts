import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { clientFor, createDb } from './client.ts'
import { startEmbedded } from './embedded.ts'
import { MigrationChangedError, migrate, pendingMigrations } from './migrate.ts'

const serverUrl = process.env['TEST_DATABASE_URL']
const kinds = serverUrl ? (['embedded', 'postgres'] as const) : (['embedded'] as const)

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanups.splice(0)) await cleanUp()
})

/** A database that nothing has touched. */
async function emptyDatabase(kind: (typeof kinds)[number]): Promise<string> {
  if (kind === 'embedded') {
    const embedded = await startEmbedded()
    cleanups.push(() => embedded.close())
    return embedded.url
  }
  if (!serverUrl) throw new Error('TEST_DATABASE_URL is not set')
  const admin = clientFor({ url: serverUrl, max: 1 })
  const name = `viva_test_${Date.now()}_${randomBytes(6).toString('hex')}`
  await admin`create database ${admin(name)}`
  cleanups.push(async () => {
    await admin`drop database ${admin(name)} with (force)`
    await admin.end()
  })
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

describe.each(kinds)('migrating (%s)', (kind) => {
  test('four migrators at once bring an empty database up to date, together doing the work once', async () => {
    const url = await emptyDatabase(kind)
    const db = createDb({ url })
    cleanups.unshift(() => db.close())
    const all = await pendingMigrations(db)
    expect(all).toBeGreaterThan(0)
    const applied = await Promise.all(Array.from({ length: 4 }, () => migrate({ url })))
    expect(applied.toSorted()).toEqual([0, 0, 0, all])
    expect(await pendingMigrations(db)).toBe(0)
    expect(await db.sql`select id from sessions`).toEqual([])
  })

  test('a migration that was edited after it ran is refused by name', async () => {
    const url = await emptyDatabase(kind)
    await migrate({ url })
    const db = createDb({ url })
    cleanups.unshift(() => db.close())
    await db.sql`update drizzle.__drizzle_migrations set hash = 'another' where id = 1`
    await expect(migrate({ url })).rejects.toBeInstanceOf(MigrationChangedError)
    await expect(pendingMigrations(db)).rejects.toBeInstanceOf(MigrationChangedError)
  })

  test('a failing migration changes nothing', async () => {
    const url = await emptyDatabase(kind)
    const db = createDb({ url })
    cleanups.unshift(() => db.close())
    // In the way of one of the tables.
    await db.sql`create view sessions as select 1 as one`
    await expect(migrate({ url })).rejects.toThrow(/sessions/)
    const tables =
      await db.sql`select table_name from information_schema.tables where table_schema = 'public'`
    expect(tables).toEqual([{ table_name: 'sessions' }])
  })
})
