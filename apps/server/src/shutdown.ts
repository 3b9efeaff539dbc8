import { setTimeout as startTimer } from 'node:timers'
import { setImmediate, setTimeout } from 'node:timers/promises'
import type { Logger, Workers } from '@viva/api'
import type { FastifyInstance } from 'fastify'
import type { OpenStreams } from './trpc-http.ts'
import type { SocketServer } from './websocket.ts'

export interface ShutdownOptions {
  log: Logger
  /** How long calls under way may take, in ms. */
  drainMs: number
  /** How long /readyz fails before anything is refused, in ms. */
  delayMs: number
  markDraining: () => void
  http: FastifyInstance
  sockets: SocketServer
  streams: OpenStreams
  workers: Workers
  /** Ports and database, closed in the reverse of the order they were opened in. */
  rest: AsyncDisposable
}

const IDLE_SWEEP_MS = 50

/**
 * Stops without losing anything: first /readyz fails and nothing new is accepted; subscribers are cut, so that they go
 * on elsewhere from their cursors (a stream that ended would be complete to them); calls under way are finished and
 * answered; workers give their leases back; then the connections close.
 */
export async function shutDown(options: ShutdownOptions): Promise<void> {
  const { log, http, sockets, streams, workers, drainMs } = options
  options.markDraining()
  log.info({ sockets: sockets.size(), streams: streams.size() }, 'draining')
  if (options.delayMs > 0) await setTimeout(options.delayMs)
  const answered = http.close()
  const gone = Promise.all([sockets.close(), streams.cutAll()])
  const impatient = startTimer(() => {
    log.warn({ drainMs }, 'calls took too long and are cut')
    http.server.closeAllConnections()
  }, drainMs)
  // A connection that was busy when the server closed falls idle later, and would stay open as long as its client likes.
  const idle = setInterval(() => http.server.closeIdleConnections(), IDLE_SWEEP_MS)
  try {
    await Promise.all([answered, gone])
  } finally {
    clearTimeout(impatient)
    clearInterval(idle)
  }
  await workers.stop()
  // What followed a stream hears of its end in this turn.
  await setImmediate()
  await options.rest[Symbol.asyncDispose]()
  log.info({}, 'stopped')
}
