import { createHash } from 'node:crypto'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { MIGRATIONS_FOLDER } from '../migrate.ts'

/** Short name of the schema's present state: a template made from other migrations has another. */
export function migrationsHash(): string {
  const hash = createHash('sha256')
  for (const migration of readMigrationFiles({ migrationsFolder: MIGRATIONS_FOLDER }))
    hash.update(migration.hash)
  return hash.digest('hex').slice(0, 16)
}
