import { join } from 'node:path'
import { createDb, type Db, type EmbeddedDatabase, migrate, startEmbedded } from '@viva/db'
import type { Env } from './env.ts'

/** A migrated database, and how it is closed. */
export interface OpenDatabase {
  db: Db
  /** The folder it lives in; null where it is a server's. */
  dataDir: string | null
  /** Resolves with the error where the embedded database breaks; never otherwise. */
  broken: Promise<Error>
  close(): Promise<void>
}

/** The database cannot be reached. The message tells where it was looked for, without user and password. */
export class DatabaseUnreachableError extends Error {
  override readonly name = 'DatabaseUnreachableError'
  constructor(url: string, cause: unknown) {
    const { hostname, port, pathname } = new URL(url)
    const why =
      cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? ` (${cause.code})` : ''
    super(`The database ${hostname}:${port || '5432'}${pathname} cannot be reached${why}.`, { cause })
  }
}

/**
 * Opens the database that the environment names, or the embedded one, and brings it up to date.
 *
 * @throws DataDirLockedError another instance has the data folder
 * @throws DatabaseUnreachableError the server does not answer, or refuses the log-in
 */
export async function openDatabase(env: Env, onNotice?: (message: string) => void): Promise<OpenDatabase> {
  const embedded = env.database ? null : await startEmbedded({ dataDir: join(env.dataDir, 'db') })
  const settings = env.database ?? atEmbedded(embedded)
  try {
    await reach(settings.directUrl)
    const db = createDb({
      url: settings.url,
      directUrl: settings.directUrl,
      max: settings.maxConnections,
      applicationName: 'viva',
      onNotice: (notice) => onNotice?.(notice['message'] ?? ''),
    })
    return {
      db,
      dataDir: embedded?.dataDir ?? null,
      broken: brokenOf(embedded),
      async close() {
        await db.close()
        await embedded?.close()
      },
    }
  } catch (error) {
    await embedded?.close()
    throw error
  }
}

function atEmbedded(embedded: EmbeddedDatabase | null): NonNullable<Env['database']> {
  if (!embedded) throw new Error('there is neither an embedded database nor the address of another')
  // One engine answers all connections in turn: more of them only wait.
  return { url: embedded.url, directUrl: embedded.url, maxConnections: 8 }
}

async function reach(url: string): Promise<void> {
  try {
    await migrate({ url })
  } catch (error) {
    if (isConnectionError(error)) throw new DatabaseUnreachableError(url, error)
    throw error
  }
}

/** No way to it (a code of Node's or of the driver's), or no way in (classes 28, 3D and 57 of SQLSTATE). */
function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof AggregateError) return error.errors.some(isConnectionError)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return /^(?:ECONN|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT|EPIPE|CONNECT|CONNECTION_|28|3D|57P)/.test(code)
}

async function brokenOf(embedded: EmbeddedDatabase | null): Promise<Error> {
  const error = await embedded?.ended
  return error ?? new Promise<Error>(() => undefined)
}
