import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createViva, type Role, type Viva } from '@viva/client'
import { createTestDatabase, type TestDatabase } from '@viva/db/testing'
import { inject } from 'vitest'
import { openBrowsers } from './browsers.ts'
import { type DemoLogIn, demoLogIns } from './demo-log-ins.ts'
import { newPerson, type Person, type PersonOptions } from './person.ts'
import { freePort, type ServerProcess, startServerProcess } from './server-process.ts'

/** Everything that Viva needs, for one test file: a database, a server with the demo that serves the app, a browser. */
export interface Stage extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly url: string
  /** The stage's database, as its owner reaches it. */
  readonly sql: TestDatabase['db']['sql']
  /** The demo's log-ins. */
  readonly accounts: Readonly<Record<Role, DemoLogIn>>
  /** The SDK in Node, signed in as one of the demo's people. Closed with the stage. */
  client(role: Role): Promise<Viva>
  /** Ends the server as a power cut would; the database stays. */
  kill(): Promise<void>
  /** Kills the server unless that has happened, and starts it again with the same address, data and database. */
  restart(): Promise<void>
  /** Opens a browser of its own for somebody. */
  newPerson(options?: PersonOptions): Promise<Person>
}

/** What differs from the usual stage. */
export interface StageOptions {
  /** Settings of the server. */
  env?: Record<string, string>
}

/** Starts a stage. Where `TEST_DATABASE_URL` is set its database is there, else embedded. */
export async function startStage({ env = {} }: StageOptions = {}): Promise<Stage> {
  await using opened = new AsyncDisposableStack()
  const database = opened.use(await createTestDatabase())
  const folder = await mkdtemp(join(tmpdir(), 'viva-stage-'))
  opened.defer(() => rm(folder, { recursive: true, force: true }))
  const port = await freePort()
  // Not 127.0.0.1: browsers treat localhost as they treat https, as they do for whoever runs `npm start`.
  const url = `http://localhost:${port}`
  const startServer = (): Promise<ServerProcess> =>
    startServerProcess({
      port,
      folder,
      env: {
        DATABASE_URL: database.url,
        // The embedded database serves all connections one after the other; more of them gain nothing.
        VIVA_DATABASE_CONNECTIONS: '8',
        VIVA_SECRET: 'a secret that only tests know, and long enough',
        VIVA_PUBLIC_URL: url,
        VIVA_DATA_DIR: join(folder, 'data'),
        VIVA_LOG_LEVEL: 'warn',
        VIVA_SEED_DEMO: 'true',
        VIVA_AI_PROVIDERS: 'scripted',
        VIVA_WEB_DIR: inject('webDir'),
        ...env,
      },
    })
  let server = await startServer()
  opened.defer(() => server.kill())
  const browsers = opened.use(await openBrowsers())
  const accounts = demoLogIns(server.output())
  const clients: Viva[] = []
  opened.defer(() => {
    for (const viva of clients) viva.close()
  })
  const rest = opened.move()
  return {
    url,
    sql: database.db.sql,
    accounts,
    async client(role) {
      const viva = createViva({ url })
      clients.push(viva)
      await viva.logIn(accounts[role])
      return viva
    },
    kill: () => server.kill(),
    async restart() {
      await server.kill()
      server = await startServer()
    },
    newPerson: (options) => newPerson(browsers, url, options),
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  }
}
