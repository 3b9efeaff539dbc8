import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { getWSConnectionHandler } from '@trpc/server/adapters/ws'
import { appRouter, type Ports, type TransportContext, tokensFromHeader, tokensFromParams } from '@viva/api'
import { type WebSocket, WebSocketServer } from 'ws'
import type { AddressCap } from './address-cap.ts'
import { createDrained } from './drained.ts'
import type { TransportLimits } from './limits.ts'
import type { Origins } from './origins.ts'
import { hasValidTarget } from './request-target.ts'
import { createSocketGate } from './socket-gate.ts'
import type { TokenWatch } from './token-watch.ts'
import { logFault } from './trpc-http.ts'
import { clientAddress, type TrustProxy } from './trust-proxy.ts'
import { createWriteTogether } from './write-together.ts'

/** Why the server closes a socket (RFC 6455, 7.4; 4000 and above are ours). */
const CLOSE_CODES = {
  /** Its token has expired or its auth session is revoked: connect with a fresh one. */
  tokenOver: 4401,
  /** It showed no token in time. */
  noHello: 4408,
  /** It sent more than it may. */
  flood: 1008,
  /** This instance stops: connect again, another one answers. */
  restart: 1012,
} as const

/** How long a closing handshake may take, in ms. */
const CLOSE_GRACE_MS = 1000
const PATH = '/trpc'

export interface SocketServerOptions {
  server: Server
  ports: Ports
  origins: Origins
  limits: TransportLimits
  tokenWatch: TokenWatch
  addressCap: AddressCap
  trustProxy: TrustProxy
  isDraining: () => boolean
}

export interface SocketServer {
  size(): number
  /** Bytes that wait for the sockets' peers to read them. */
  bufferedBytes(): number
  /** Sends every client away and takes no new one. Resolves once all are gone. */
  close(): Promise<void>
}

/** Serves subscriptions over WebSockets on the port of the HTTP server. */
export function subscriptionsOverWebSocket(options: SocketServerOptions): SocketServer {
  const { server, ports, origins, limits, addressCap, trustProxy } = options
  const wss = new WebSocketServer({ noServer: true, maxPayload: limits.maxBodyBytes, clientTracking: true })
  const writeTogether = createWriteTogether()

  /** The answer that refuses an upgrade, or the way to give its place back. */
  function admit(req: IncomingMessage): string | (() => void) {
    if (!hasValidTarget(req)) return '400 Bad Request'
    // A browser sends cookies and reaches private networks for any page: only known pages may connect.
    if (!origins.allows(req.headers.origin)) return '403 Forbidden'
    if (pathOf(req) !== PATH) return '404 Not Found'
    if (options.isDraining()) return '503 Service Unavailable'
    return addressCap.take(clientAddress(req, trustProxy)) ?? '429 Too Many Requests\r\nRetry-After: 10'
  }

  const onUpgrade = (req: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy())
    try {
      const place = admit(req)
      if (typeof place === 'string') {
        // The other half is the client's to close, and one that does not would hold the connection for ever.
        socket.once('finish', () => socket.destroy())
        socket.end(`HTTP/1.1 ${place}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
        return
      }
      socket.once('close', place)
      wss.handleUpgrade(req, socket, head, (client) => serve(client, req, socket, options))
    } catch (error) {
      // Nobody catches what a listener throws: one request would end the process for everybody.
      ports.log.error({ err: error }, 'an upgrade failed')
      socket.destroy()
    }
  }
  server.on('upgrade', onUpgrade)

  return {
    size: () => wss.clients.size,
    bufferedBytes: () => [...wss.clients].reduce((sum, client) => sum + client.bufferedAmount, 0),
    async close() {
      const gone = [...wss.clients].map(
        (client) => new Promise<void>((resolve) => client.once('close', () => resolve())),
      )
      // Not by ending the streams: a stream that ends is complete to its client, which then never comes back.
      for (const client of wss.clients) closeSocket(client, CLOSE_CODES.restart, 'restarting')
      await Promise.all(gone)
      server.off('upgrade', onUpgrade)
      wss.close()
    },
  }

  function serve(
    client: WebSocket,
    req: IncomingMessage,
    socket: Duplex,
    { tokenWatch }: SocketServerOptions,
  ): void {
    const requestId = ports.random.id()
    const gone = new AbortController()
    const gate = createSocketGate({ socket: client, limits, requestId })
    const hello = setTimeout(
      () => closeSocket(client, CLOSE_CODES.noHello, 'no token came in time'),
      limits.helloMs,
    )
    client.on('close', (code) => {
      clearTimeout(hello)
      gone.abort()
      ports.log.debug({ requestId, code }, 'socket closed')
    })
    client.on('message', () => {
      if (!gate.countMessage()) closeSocket(client, CLOSE_CODES.flood, 'too many messages')
    })

    const createContext = async (tokens: string[]): Promise<TransportContext> => {
      const known = await tokenWatch.follow(tokens, gone.signal, (reason) =>
        closeSocket(client, CLOSE_CODES.tokenOver, `token ${reason}`),
      )
      // Tokens that are none of ours get their errors, and the socket the deadline of those that show none.
      if (known) clearTimeout(hello)
      return {
        ...ports,
        // Pages ask over HTTP, where it is known who they are.
        demoAccounts: undefined,
        tokens,
        request: {
          id: requestId,
          ip: clientAddress(req, trustProxy),
          userAgent: (req.headers['user-agent'] ?? '').slice(0, 512),
          refreshCookie: null,
          setRefreshCookie: () => undefined,
          drained: createDrained(
            { bufferedBytes: () => client.bufferedAmount, cut: () => client.terminate() },
            limits,
          ),
        },
      }
    }

    getWSConnectionHandler({
      wss,
      router: appRouter,
      createContext: ({ info }) =>
        createContext(
          info.connectionParams === null
            ? tokensFromHeader(req.headers.authorization)
            : tokensFromParams(info.connectionParams),
        ),
      experimental_encoder: {
        decode: gate.encoder.decode,
        // tRPC sends what it has encoded, at once.
        encode(data) {
          writeTogether(socket)
          return gate.encoder.encode(data)
        },
      },
      maxBatchSize: limits.maxBatch,
      keepAlive: { enabled: true, pingMs: limits.pingMs, pongWaitMs: limits.pongMs },
      onError: ({ error, path, ctx }) => logFault(ports.log, { error, procedure: path, ctx }),
    })(client, req)
  }
}

/** Closes politely, and cuts a peer that does not answer: one that floods or hangs does not. */
function closeSocket(client: WebSocket, code: number, reason: string): void {
  if (client.readyState !== client.OPEN) return
  client.close(code, reason)
  const cut = setTimeout(() => client.terminate(), CLOSE_GRACE_MS)
  client.once('close', () => clearTimeout(cut))
}

function pathOf(req: IncomingMessage): string {
  return (req.url ?? '').split('?', 1)[0] ?? ''
}
