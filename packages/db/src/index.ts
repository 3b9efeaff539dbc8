/** @viva/db: the database as the server uses it. Tables are at `@viva/db/schema`. */
export {
  type CreateDbOptions,
  createDb,
  type Db,
  type Drizzle,
  type DrizzleTransaction,
  type Listening,
  rawSql,
  SESSION_TIMEOUTS_MS,
  type Sql,
  sqlState,
  type TransactionOptions,
} from './client.ts'
export {
  DataDirLockedError,
  type EmbeddedDatabase,
  type StartEmbeddedOptions,
  startEmbedded,
} from './embedded.ts'
export { MIGRATIONS_FOLDER, MigrationChangedError, migrate, pendingMigrations } from './migrate.ts'
