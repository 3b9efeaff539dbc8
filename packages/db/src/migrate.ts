import { fileURLToPath } from 'node:url'
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator'
import type { TransactionSql } from 'postgres'
import { clientFor, type Db, type Sql } from './client.ts'

/** Folder of the migrations, which the migrator of drizzle-kit writes: append-only SQL. */
export const MIGRATIONS_FOLDER: string = fileURLToPath(new URL('../migrations', import.meta.url))

// An arbitrary constant, the same in every instance: "viva" in ASCII.
const MIGRATION_LOCK = 0x76697661

// Waiting for another migrator may take as long as a migration does, and a migration as long as it needs.
const NO_TIMEOUTS = {}

/** The database was migrated by a file that has changed since. */
export class MigrationChangedError extends Error {
  override name = 'MigrationChangedError'
  readonly code = 'MIGRATION_CHANGED'
}

/**
 * Brings the database at `url` (a direct one, not through a pooler) up to date.
 *
 * All that is pending runs in one transaction under an advisory lock: of several that migrate at once, one does
 * the work and the others find nothing left; a failure changes nothing. The lock belongs to the transaction, not to
 * the session, since on the embedded database all connections are one session. The journal table is the one that
 * Drizzle's own migrator keeps, which takes no lock and reads its journal before its transaction begins.
 *
 * @returns how many migrations were applied
 * @throws {MigrationChangedError} an applied migration's file has been edited: add a new one instead
 */
export async function migrate({ url }: { url: string }): Promise<number> {
  const sql = clientFor({
    url,
    max: 1,
    pooled: false,
    applicationName: 'viva-migrate',
    timeouts: NO_TIMEOUTS,
  })
  try {
    return await sql.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(${MIGRATION_LOCK})`
      await tx`create schema if not exists drizzle`
      await tx`
        create table if not exists drizzle.__drizzle_migrations (
          id serial primary key, hash text not null, created_at bigint
        )`
      const pending = await pendingIn(tx)
      for (const migration of pending) {
        for (const statement of migration.sql) await tx.unsafe(statement)
        await tx`
          insert into drizzle.__drizzle_migrations (hash, created_at)
          values (${migration.hash}, ${migration.folderMillis})`
      }
      return pending.length
    })
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** How many migrations the database still lacks; a server is ready only at 0. */
export async function pendingMigrations(db: Pick<Db, 'sql'>): Promise<number> {
  const [journal] = await db.sql<[{ present: boolean }]>`
    select to_regclass('drizzle.__drizzle_migrations') is not null as present`
  return journal.present ? (await pendingIn(db.sql)).length : readAll().length
}

function readAll(): MigrationMeta[] {
  return readMigrationFiles({ migrationsFolder: MIGRATIONS_FOLDER })
}

async function pendingIn(sql: Sql | TransactionSql): Promise<MigrationMeta[]> {
  const rows = await sql<{ hash: string; created_at: number }[]>`
    select hash, created_at from drizzle.__drizzle_migrations`
  const applied = new Map(rows.map((row) => [row.created_at, row.hash]))
  return readAll().filter((migration) => {
    const hash = applied.get(migration.folderMillis)
    if (hash !== undefined && hash !== migration.hash)
      throw new MigrationChangedError(
        `The migration of ${new Date(migration.folderMillis).toISOString()} was edited after this database had run it. Migrations are append-only: restore the file and add a new one.`,
      )
    return hash === undefined
  })
}
