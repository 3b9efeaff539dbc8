import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Ports } from '@viva/api'
import { createTestDatabase, type TestDatabase } from '@viva/db/testing'
import { parseEnv } from '../../src/env.ts'
import type { TransportLimits } from '../../src/limits.ts'
import { createLog } from '../../src/log.ts'
import { type RunningServer, startServer } from '../../src/start-server.ts'
import { overDatabase } from './database-server.ts'

/** The real server in this process, over a database of its own, with its log in memory. */
export interface LocalServer extends AsyncDisposable {
  readonly url: string
  readonly server: RunningServer
  readonly database: TestDatabase
  /** Every line of the log so far. */
  readonly lines: readonly string[]
}

/** Starts a server where a test must reach limits, ports or the log; others start a process. */
export async function startLocalServer(
  options: {
    env?: Record<string, string>
    limits?: Partial<TransportLimits>
    overrides?: Partial<Ports>
    /** From one sweep of the hub to the next, in ms. */
    hubSweepMs?: number
    /** Shares another server's database, as a second instance does. */
    database?: TestDatabase
  } = {},
): Promise<LocalServer> {
  const database = options.database ?? (await createTestDatabase())
  const folder = await mkdtemp(join(tmpdir(), 'viva-test-'))
  const lines: string[] = []
  const log = createLog({ level: 'debug', destination: { write: (line) => void lines.push(line) } })
  const env = parseEnv({
    ...overDatabase(database),
    PORT: '0',
    VIVA_DATA_DIR: folder,
    VIVA_AI_PROVIDERS: 'scripted',
    VIVA_WEB_DIR: 'off',
    ...options.env,
  })
  const { limits = {}, overrides = {}, hubSweepMs } = options
  const server = await startServer(env, { log, limits, overrides, hubSweepMs })
  return {
    // Fetch tries ::1 first where localhost has both.
    url: server.url.replace('localhost', '127.0.0.1'),
    server,
    database,
    lines,
    async [Symbol.asyncDispose]() {
      await server.close()
      if (!options.database) await database.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
