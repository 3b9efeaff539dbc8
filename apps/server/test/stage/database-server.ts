import { createTestDatabase, type TestDatabase } from '@viva/db/testing'
import { startVivaProcess, type VivaProcess } from './viva-process.ts'

/** Shared by every instance over one test database. */
export const SECRET = 'a secret that only tests know, and long enough'

/** A server over a database that the test reaches too. */
export interface DatabaseServer extends AsyncDisposable {
  readonly server: VivaProcess
  readonly database: TestDatabase
}

/** The settings with which a server runs over a test database. */
export function overDatabase(database: TestDatabase): Record<string, string> {
  return {
    DATABASE_URL: database.url,
    VIVA_SECRET: SECRET,
    // Tests call from many addresses, as many people would, so that limits by address do not hide what is tested.
    VIVA_TRUST_PROXY: '1',
    // The embedded database serves all connections one after the other; more of them gain nothing.
    VIVA_DATABASE_CONNECTIONS: '8',
  }
}

/** Starts a server over a database of its own: embedded, or on the Postgres server that TEST_DATABASE_URL names. */
export async function startDatabaseServer(env: Record<string, string> = {}): Promise<DatabaseServer> {
  const database = await createTestDatabase()
  try {
    const server = await startVivaProcess({ env: { ...overDatabase(database), ...env } })
    return {
      server,
      database,
      async [Symbol.asyncDispose]() {
        await server[Symbol.asyncDispose]()
        await database.close()
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}
