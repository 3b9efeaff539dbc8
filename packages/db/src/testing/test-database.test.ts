import { describe, expect, test } from 'vitest'
import { pendingMigrations } from '../migrate.ts'
import { createTestDatabase } from './test-database.ts'

const kinds = process.env['TEST_DATABASE_URL'] ? (['embedded', 'postgres'] as const) : (['embedded'] as const)

describe.each(kinds)('a test database (%s)', (kind) => {
  test('is migrated and empty', async () => {
    await using database = await createTestDatabase({ kind })
    expect(await pendingMigrations(database.db)).toBe(0)
    expect(await database.db.sql`select id from companies`).toHaveLength(0)
  })

  test('shares nothing with another one', async () => {
    await using one = await createTestDatabase({ kind })
    await using other = await createTestDatabase({ kind })
    await one.db.sql`create table only_here (a int)`
    const [row] = await other.db.sql`select to_regclass('only_here') as found`
    expect(row).toEqual({ found: null })
  })

  test('is gone once closed, and may be closed twice', async () => {
    const database = await createTestDatabase({ kind })
    await database.close()
    await database.close()
    await expect(database.db.ping()).rejects.toThrow(/CONNECTION_ENDED/)
  })
})
