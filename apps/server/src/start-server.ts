import { type AppContext, jwks, type Ports, startWorkers, systemContext } from '@viva/api'
import type { DemoAccount } from '@viva/api/contract'
import type { Logger } from 'pino'
import { createAddressCap } from './address-cap.ts'
import type { Env } from './env.ts'
import { serveHealth } from './health.ts'
import { createHttp } from './http.ts'
import { DEFAULT_LIMITS, type TransportLimits } from './limits.ts'
import { createLog } from './log.ts'
import { registerMediaRoutes } from './media-routes.ts'
import { createMetrics, serveMetrics } from './metrics.ts'
import { openDatabase } from './open-database.ts'
import { configOf, openPorts } from './open-ports.ts'
import { createOrigins } from './origins.ts'
import { secretIn } from './secret.ts'
import { seedDemo } from './seed.ts'
import { shutDown } from './shutdown.ts'
import { createTokenWatch } from './token-watch.ts'
import { trpcOverHttp } from './trpc-http.ts'
import { createTrustProxy } from './trust-proxy.ts'
import { findWebApp, serveWebApp, storageOrigin } from './web-app.ts'
import { subscriptionsOverWebSocket } from './websocket.ts'

export interface StartOptions {
  log?: Logger
  /** Ports that a test brings itself. */
  overrides?: Partial<Ports>
  limits?: Partial<TransportLimits>
  /** From one sweep of the hub to the next, in ms: a test that proves what notifications do has none meanwhile. */
  hubSweepMs?: number | undefined
}

/** A server that answers. */
export interface RunningServer extends AsyncDisposable {
  /** Where it is reached, without a slash at the end. */
  readonly url: string
  /** The port that it listens on. */
  readonly port: number
  readonly ctx: AppContext
  /** The demo's log-ins; empty where there is no demo. */
  readonly demo: readonly DemoAccount[]
  /** Whether it serves the web app. */
  readonly hasWebApp: boolean
  /** The data folder; null where the database and the recordings are elsewhere. */
  readonly dataDir: string | null
  /** Resolves with the error where something broke that the server cannot go on without. */
  readonly broken: Promise<Error>
  /** Drains and ends. May be called twice. */
  close(): Promise<void>
}

/**
 * Opens everything, migrates, seeds where asked for, and serves. Whatever was opened is closed again when a later step
 * fails, so that a data folder is never left locked.
 */
export async function startServer(env: Env, options: StartOptions = {}): Promise<RunningServer> {
  await using opened = new AsyncDisposableStack()
  const webApp = await findWebApp(env.webDir)
  const database = await openDatabase(env)
  opened.defer(() => database.close())
  // After the database, whose lock keeps two first starts from making a secret each.
  const secret = env.secret ?? (await secretIn(env.dataDir))
  const config = configOf(env, secret)
  const log = options.log ?? createLog({ level: env.logLevel, instanceId: config.instanceId })
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const metrics = createMetrics()
  const { overrides, hubSweepMs } = options
  let demo: readonly DemoAccount[] = []
  const { ports, bus, close } = await openPorts({
    env,
    db: database.db,
    secret,
    log,
    metrics,
    config,
    demoAccounts: () => demo,
    overrides,
    hubSweepMs,
  })
  opened.defer(close)
  const ctx = systemContext(ports)
  // Now and not at the first log-in: a wrong secret must stop the start.
  await ports.keys.signer()

  let draining = false
  const isDraining = (): boolean => draining
  const trustProxy = createTrustProxy(env.trustProxy)
  const origins = createOrigins({ publicUrl: () => config.publicUrl, corsOrigins: env.corsOrigins })
  const tokenWatch = opened.use(createTokenWatch(ports, limits.expirySweepMs))
  const addressCap = createAddressCap(env.maxSocketsPerAddress)
  const http = await createHttp({
    ports,
    origins,
    trustProxy,
    hasProxy: env.trustProxy !== false,
    isHttps: config.publicUrl.startsWith('https:'),
    limits,
    isDraining,
  })
  metrics.time(http)
  serveMetrics(http, metrics.registry, env.metricsToken)
  serveHealth(http, { db: database.db, bus, log, isDraining })
  http.get('/.well-known/jwks.json', async (_req, reply) =>
    reply.header('cache-control', 'public, max-age=60').send(await jwks(ports.keys)),
  )
  const streams = trpcOverHttp(http, {
    ports,
    origins,
    limits,
    tokenWatch,
    addressCap,
    demoLogIns: env.demoLogIns,
    isDraining,
  })
  await registerMediaRoutes(http, ports)
  await serveWebApp(http, {
    folder: webApp,
    publicUrl: () => config.publicUrl,
    storage: await storageOrigin(ports.storage),
  })
  const sockets = subscriptionsOverWebSocket({
    server: http.server,
    ports,
    origins,
    limits,
    tokenWatch,
    addressCap,
    trustProxy,
    isDraining,
  })
  const gauges = { streams: () => streams.size(), sockets: () => sockets.size(), hub: () => ports.hub.size() }
  metrics.gauge('viva_sockets_open', 'Open WebSockets', gauges.sockets)
  metrics.gauge('viva_socket_buffered_bytes', 'Bytes that subscribers have not read yet', () =>
    sockets.bufferedBytes(),
  )
  metrics.gauge('viva_http_streams_open', 'Open event streams over HTTP', gauges.streams)
  metrics.gauge(
    'viva_hub_subscribers',
    'Subscribers and workers that follow a stream',
    () => gauges.hub().watches,
  )
  metrics.gauge('viva_hub_streams', 'Streams that somebody follows', () => gauges.hub().streams)

  if (env.seedDemo) demo = await seedDemo({ ports, secret })
  const port = Number(new URL(await http.listen({ host: env.host, port: env.port })).port)
  if (env.publicUrl === null) config.publicUrl = `http://localhost:${port}`
  const workers = startWorkers(ctx)
  const rest = opened.move()

  let closing: Promise<void> | undefined
  function closeOnce(): Promise<void> {
    closing ??= shutDown({
      log,
      drainMs: env.drainSeconds * 1000,
      delayMs: env.drainDelaySeconds * 1000,
      markDraining: () => {
        draining = true
      },
      http,
      sockets,
      streams,
      workers,
      rest,
    })
    return closing
  }
  return {
    url: config.publicUrl,
    port,
    ctx,
    demo,
    hasWebApp: webApp !== null,
    dataDir: env.database && env.s3 ? null : env.dataDir,
    broken: database.broken,
    close: closeOnce,
    [Symbol.asyncDispose]: closeOnce,
  }
}
