import { createDb, type Db } from '../client.ts'
import { startEmbedded } from '../embedded.ts'
import { embeddedTemplate } from './embedded-template.ts'
import { cloneTemplate } from './postgres-template.ts'

/** Where a test's database runs. */
export type TestDatabaseKind = 'embedded' | 'postgres'

/** A migrated, empty database of a test's own. */
export interface TestDatabase extends AsyncDisposable {
  readonly kind: TestDatabaseKind
  /** For further connections, another server instance for example. */
  readonly url: string
  readonly db: Db
  /** Closes `db` and removes the database, connected or not. May be called twice. */
  close(): Promise<void>
}

/**
 * Makes a migrated, empty database for one test or test file: a clone of a template on the Postgres server that
 * `TEST_DATABASE_URL` names, or an embedded one in memory when it is not set. `kind` overrides the choice;
 * `postgres` then needs the variable. Nothing is shared between two test databases.
 *
 * @example
 * ```ts
 * await using database = await createTestDatabase()
 * await database.db.sql`select 1`
 * ```
 */
export async function createTestDatabase({
  kind = process.env['TEST_DATABASE_URL'] ? 'postgres' : 'embedded',
  max = 10,
}: {
  kind?: TestDatabaseKind
  /** Most connections of `db` (default 10). */
  max?: number
} = {}): Promise<TestDatabase> {
  const { url, remove } = kind === 'postgres' ? await onPostgres() : await onEmbedded()
  const db = createDb({ url, max, applicationName: 'viva-test' })
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => {
    closing ??= db.close({ timeoutSeconds: 1 }).then(remove)
    return closing
  }
  return { kind, url, db, close, [Symbol.asyncDispose]: close }
}

interface Place {
  url: string
  remove(): Promise<void>
}

async function onPostgres(): Promise<Place> {
  const serverUrl = process.env['TEST_DATABASE_URL']
  if (!serverUrl) throw new Error('TEST_DATABASE_URL is not set: it names the Postgres server to test on')
  const { url, drop } = await cloneTemplate(serverUrl)
  return { url, remove: drop }
}

async function onEmbedded(): Promise<Place> {
  const embedded = await startEmbedded({ template: await embeddedTemplate() })
  return { url: embedded.url, remove: () => embedded.close() }
}
