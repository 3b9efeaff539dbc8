import type { Socket } from 'node:net'
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import { isAppError, type Logger, type Ports } from '@viva/api'
import type { AppErrorBody } from '@viva/api/contract'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { TransportLimits } from './limits.ts'
import type { Origins } from './origins.ts'
import { CLIENT_HEADER } from './request-context.ts'
import { hasValidTarget } from './request-target.ts'
import { asAppError, retryAfter, statusOf } from './trpc-http.ts'
import type { TrustProxy } from './trust-proxy.ts'

export interface HttpOptions {
  ports: Ports
  origins: Origins
  trustProxy: TrustProxy | false
  /** Whether anyone stands in front whose request ids may be taken over. */
  hasProxy: boolean
  isHttps: boolean
  limits: Pick<TransportLimits, 'stalledMs'>
  isDraining: () => boolean
}

/** Longest path that is logged. */
const MAX_PATH = 256
const QUIET_PATHS = new Set(['/livez', '/readyz', '/metrics'])

/** Makes the HTTP server without routes: ids, log, headers, CORS and the shape of errors. */
export async function createHttp(options: HttpOptions): Promise<FastifyInstance> {
  const { ports, origins } = options
  const fastify = Fastify({
    // The log has one line for each request, written below; Fastify's own would carry addresses and queries.
    logger: false,
    trustProxy: options.trustProxy,
    requestIdHeader: false,
    genReqId: (req) => requestId(req.headers['x-request-id'], options.hasProxy) ?? ports.random.id(),
    // Batches name their procedures in the path.
    routerOptions: { maxParamLength: 1000 },
    bodyLimit: 100_000,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    clientErrorHandler: refuseBytes,
    frameworkErrors: (error, req, reply) => answer(ports.log, error, req, reply),
  })
  // A head that trickles in holds a connection; bodies have deadlines of their own.
  fastify.server.headersTimeout = 20_000
  fastify.server.requestTimeout = 0
  // Node closes what is silent for so long, except where there is an answer under way: that is looked at below.
  fastify.server.setTimeout(options.limits.stalledMs)

  fastify.addHook('onRequest', async (req, reply) => {
    reply.header('x-request-id', req.id)
    cutIfUnread(reply, options.limits.stalledMs)
    if (!hasValidTarget(req.raw)) throw Object.assign(new Error('no valid target'), { statusCode: 400 })
  })
  fastify.addHook('onSend', async (_req, reply) => {
    // Tells clients that keep a connection to let go of it.
    if (options.isDraining()) reply.header('connection', 'close')
  })
  fastify.addHook('onResponse', async (req, reply) => logRequest(ports.log, req, reply))
  fastify.setErrorHandler((error, req, reply) => answer(ports.log, error, req, reply))
  fastify.setNotFoundHandler((req, reply) =>
    answer(ports.log, Object.assign(new Error('no route'), { statusCode: 404 }), req, reply),
  )
  await fastify.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      // This is an API: nothing that it answers is a page, and none may be made of it.
      directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"], 'base-uri': ["'none'"] },
    },
    strictTransportSecurity: options.isHttps ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginResourcePolicy: { policy: 'same-site' },
  })
  await fastify.register(cors, {
    origin: (origin, done) => done(null, origins.isKnown(origin)),
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PUT'],
    allowedHeaders: ['authorization', 'content-type', 'last-event-id', 'range', 'trpc-accept', CLIENT_HEADER],
    exposedHeaders: ['content-range', 'accept-ranges', 'retry-after', 'x-request-id'],
    maxAge: 600,
    strictPreflight: false,
  })
  return fastify
}

/** Answers what is no HTTP, before there is a request: with the body that every other error has. */
function refuseBytes(error: Error, socket: Socket): void {
  const code = 'code' in error ? error.code : ''
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const status =
    code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request'
  const body = JSON.stringify({
    code: 'INVALID_INPUT',
    message: 'The request is not well-formed.',
    requestId: '',
    details: { issues: [{ path: '', message: 'is not a well-formed request' }] },
  } satisfies AppErrorBody)
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  )
}

/**
 * An answer that nobody reads stays in memory. One that is still being made, or that waits for events, has nothing
 * unsent, and may take longer.
 */
function cutIfUnread(reply: FastifyReply, stalledMs: number): void {
  reply.raw.on('timeout', (socket: Socket) => {
    if (socket.writableLength > 0) socket.destroy()
    else socket.setTimeout(stalledMs)
  })
}

/** A proxy's id joins its log with ours; a stranger's could forge lines of somebody else's request. */
function requestId(header: string | string[] | undefined, hasProxy: boolean): string | null {
  return hasProxy && typeof header === 'string' && /^[\w.-]{8,64}$/.test(header) ? header : null
}

/** Query strings stay out: links and streams carry tokens there. */
function logRequest(log: Logger, req: FastifyRequest, reply: FastifyReply): void {
  const path = (req.url.split('?', 1)[0] ?? '').slice(0, MAX_PATH)
  const fields = {
    requestId: req.id,
    method: req.method,
    path,
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 10) / 10,
  }
  if (QUIET_PATHS.has(path)) log.debug(fields, 'request')
  else log.info(fields, 'request')
}

/** Answers with the body that raw routes share. Nothing of an unknown error but the request id leaves the server. */
function answer(log: Logger, error: unknown, req: FastifyRequest, reply: FastifyReply): void {
  const app = asAppError(error, req.routeOptions.bodyLimit ?? 0)
  if (app.code === 'INTERNAL')
    log.error({ err: isAppError(error) ? error.cause : error, requestId: req.id }, 'a request failed')
  const { code, message, details } = app
  // One literal code with its own details, which the compiler cannot follow through the class.
  const body = { code, message, requestId: req.id, details } as AppErrorBody
  void reply
    .code(statusOf(error, app))
    .headers(retryAfter([app]))
    .send(body)
}
