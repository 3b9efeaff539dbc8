import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createHTTPHandler } from '@trpc/server/adapters/standalone'
import { applyWSSHandler } from '@trpc/server/adapters/ws'
import { createDb, type Db } from '@viva/db'
import { createTestDatabase, type TestDatabase } from '@viva/db/testing'
import { WebSocketServer } from 'ws'
import { type AppContext, systemContext } from '../core/context.ts'
import type { Bus, Ports } from '../core/ports.ts'
import { appRouter } from '../root.ts'
import type { TransportContext } from '../trpc/context.ts'
import { refreshCookie, refreshTokenFrom, tokensFromHeader, tokensFromParams } from '../trpc/credentials.ts'
import { type ApiClient, type ApiSocket, createApiClient, openApiSocket } from './clients.ts'
import { createTestClock, type TestClock } from './test-clock.ts'
import { createTestPorts } from './test-ports.ts'

/** The real API on a port of its own, over HTTP and WebSocket. */
export interface TestApp extends AsyncDisposable {
  /** Without a slash at the end; procedures are under /trpc. */
  readonly url: string
  /** The server's own context, with every port: for what no caller may do. */
  readonly ctx: AppContext
  readonly db: Db
  readonly clock: TestClock
  readonly database: TestDatabase
  /** A caller over HTTP; anonymous without a token. */
  client(token?: string, options?: { headers?: Record<string, string>; batch?: boolean }): ApiClient
  /** A subscriber; close it, or the app's disposal does. */
  socket(tokens: readonly string[] | (() => readonly string[])): ApiSocket
  /** Cuts every socket as a broken network would; with a code, closes it as the server does. */
  cutSockets(code?: number): void
  close(): Promise<void>
}

export interface TestAppOptions {
  /** Ports that a test brings itself. */
  overrides?: Partial<Ports>
  /** Shares a database with another app, as a second instance does; it is then not removed at the end. */
  database?: TestDatabase
  bus?: Bus
}

/**
 * Boots the real router on real servers and a real database.
 *
 * @example
 * await using app = await startTestApp()
 * await app.client().auth.signUp.mutate({ ... })
 */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const database = options.database ?? (await createTestDatabase())
  // A second instance has connections of its own, so that either can end alone.
  const db = options.database ? createDb({ url: database.url, max: 6 }) : database.db
  const clock = createTestClock()
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port')
  const url = `http://127.0.0.1:${address.port}`
  const ports = createTestPorts({ db, clock, publicUrl: url, bus: options.bus, overrides: options.overrides })
  await ports.hub.start()
  // As the server does: the first keys are made, and every later signature finds them in memory.
  await ports.keys.signer()

  const context = (req: IncomingMessage, tokens: string[], res?: ServerResponse): TransportContext => ({
    ...ports,
    tokens,
    request: {
      id: ports.random.id(),
      ip: req.socket.remoteAddress ?? '',
      userAgent: req.headers['user-agent'] ?? '',
      refreshCookie: refreshTokenFrom(req.headers.cookie),
      setRefreshCookie: (token, maxAge) => res?.appendHeader('set-cookie', refreshCookie(token, maxAge)),
      drained: () => Promise.resolve(),
    },
  })
  server.on(
    'request',
    createHTTPHandler({
      router: appRouter,
      basePath: '/trpc/',
      createContext: ({ req, res }) => context(req, tokensFromHeader(req.headers.authorization), res),
      maxBatchSize: 10,
      maxBodySize: 1_000_000,
    }),
  )
  const wss = new WebSocketServer({ server, path: '/trpc', maxPayload: 1_000_000 })
  applyWSSHandler({
    wss,
    router: appRouter,
    createContext: ({ req, info }) => context(req, tokensFromParams(info.connectionParams)),
  })

  const sockets = new Set<ApiSocket>()
  const cutSockets = (code?: number): void => {
    for (const socket of wss.clients) code === undefined ? socket.terminate() : socket.close(code)
  }
  let closing: Promise<void> | undefined
  async function close(): Promise<void> {
    for (const socket of sockets) socket.close()
    cutSockets()
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
    await ports.hub.close()
    await (options.database ? db.close({ timeoutSeconds: 1 }) : database.close())
  }
  const app: TestApp = {
    url,
    ctx: systemContext(ports),
    db,
    clock,
    database,
    client: (token, extra = {}) => createApiClient({ url, token, ...extra }),
    socket(tokens) {
      const socket = openApiSocket({ url, tokens })
      sockets.add(socket)
      return socket
    },
    cutSockets,
    close() {
      closing ??= close()
      return closing
    },
    [Symbol.asyncDispose]: () => app.close(),
  }
  return app
}
