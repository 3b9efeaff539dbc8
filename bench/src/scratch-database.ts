import { connect } from 'node:net'
import { createTestDatabase, type TestDatabase } from '@viva/db/testing'

/** Where the databases of this run live. */
export interface ScratchServer {
  kind: 'postgres' | 'embedded'
  /** Its version, as it names itself. */
  version: string
  /** Makes a migrated, empty database that vanishes when it is closed. */
  open(options?: { max?: number }): Promise<TestDatabase>
}

const EMBEDDED = 'embedded'
const LOCAL = 'postgres://postgres@127.0.0.1:5432/postgres'

/**
 * Finds the Postgres server to measure on: the one that BENCH_DATABASE_URL or TEST_DATABASE_URL names, else one on this
 * machine that lets `postgres` in without a password, else (or where BENCH_DATABASE_URL is `embedded`) the embedded one.
 */
export async function findServer(): Promise<ScratchServer> {
  const named = process.env['BENCH_DATABASE_URL'] || process.env['TEST_DATABASE_URL']
  const url = named || ((await isListening(LOCAL)) ? LOCAL : EMBEDDED)
  if (url !== EMBEDDED) {
    process.env['TEST_DATABASE_URL'] = url
    try {
      return { kind: 'postgres', version: await versionOf('postgres'), open: opener('postgres') }
    } catch (error) {
      // A server that was named must work; one that happens to run here may belong to somebody else.
      if (named) throw error
      console.log(
        `Postgres on this machine cannot be used (${String(error)}): measuring the embedded database.`,
      )
    }
  }
  return { kind: 'embedded', version: await versionOf('embedded'), open: opener('embedded') }
}

function opener(kind: ScratchServer['kind']): ScratchServer['open'] {
  return ({ max = 10 } = {}) => createTestDatabase({ kind, max })
}

async function versionOf(kind: ScratchServer['kind']): Promise<string> {
  await using database = await createTestDatabase({ kind })
  const [row] = await database.db.sql<
    { version: string }[]
  >`select current_setting('server_version') as version`
  return row?.version ?? 'unknown'
}

function isListening(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: 1000 })
    const end = (listening: boolean) => () => {
      socket.destroy()
      resolve(listening)
    }
    socket.on('connect', end(true)).on('error', end(false)).on('timeout', end(false))
  })
}
