import { type AnyProcedure, getTRPCErrorFromUnknown, type TRPCError } from '@trpc/server'
import { fastifyRequestHandler } from '@trpc/server/adapters/fastify'
import {
  AppError,
  appRouter,
  formatAppError,
  isAppError,
  type Logger,
  type Ports,
  type TransportContext,
  toAppError,
  tokensFromHeader,
  tokensFromParams,
} from '@viva/api'
import { ERROR_STATUS } from '@viva/api/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AddressCap } from './address-cap.ts'
import { createDrained } from './drained.ts'
import type { Env } from './env.ts'
import type { TransportLimits } from './limits.ts'
import { isFromThisMachine } from './loopback.ts'
import type { Origins } from './origins.ts'
import { httpContext } from './request-context.ts'
import type { TokenWatch } from './token-watch.ts'

export interface TrpcHttpOptions {
  ports: Ports
  origins: Origins
  limits: TransportLimits
  tokenWatch: TokenWatch
  addressCap: AddressCap
  demoLogIns: Env['demoLogIns']
  isDraining: () => boolean
}

const PROCEDURES: Readonly<Record<string, unknown>> = appRouter._def.procedures

function isSubscription(path: string): boolean {
  const procedure = Object.hasOwn(PROCEDURES, path) ? (PROCEDURES[path] as AnyProcedure) : undefined
  return procedure?._def.type === 'subscription'
}

/** Streams over HTTP that are open now; a draining server cuts them, so that clients go on elsewhere. */
export interface OpenStreams {
  size(): number
  /** Resolves once all are gone. */
  cutAll(): Promise<void>
}

/**
 * Serves the router under /trpc over HTTP: queries by GET, mutations by POST of JSON alone, subscriptions as
 * server-sent events where WebSockets are blocked.
 */
export function trpcOverHttp(fastify: FastifyInstance, options: TrpcHttpOptions): OpenStreams {
  const { ports, origins, limits, demoLogIns } = options
  const streams = new Set<FastifyReply>()

  fastify.register(
    (scope, _options, done) => {
      scope.removeAllContentTypeParsers()
      // tRPC parses it: an object here would be written out and parsed again.
      scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_req, body, next) =>
        next(null, body),
      )
      scope.addHook('onRequest', (req, _reply, next) => next(refusal(req)))
      scope.addHook('preParsing', (req, _reply, payload, next) => {
        cutIfSlow(req, limits.bodyTimeoutMs)
        next(null, payload)
      })
      scope.addHook('onSend', async (_req, reply, payload) =>
        payload instanceof Response && isWhole(payload) ? inOnePiece(reply, payload) : payload,
      )
      scope.setErrorHandler((error, req, reply) => {
        const app = asAppError(error, limits.maxBodyBytes)
        if (app.code === 'INTERNAL') ports.log.error({ err: error, requestId: req.id }, 'a call failed')
        return reply
          .code(statusOf(error, app))
          .headers(retryAfter([app]))
          .send({ error: formatAppError(app, req.id) })
      })
      scope.route({
        method: ['GET', 'POST'],
        url: '/*',
        bodyLimit: limits.maxBodyBytes,
        handler: (req, reply) => handle(req, reply),
      })
      done()
    },
    { prefix: '/trpc' },
  )

  async function handle(req: FastifyRequest, reply: FastifyReply): Promise<void> {
    const path = (req.params as Record<string, string | undefined>)['*'] ?? ''
    // It would be cut in a moment; another instance can have it. Refused here, since tRPC answers first and fails later.
    if (options.isDraining() && isSubscription(path)) throw stopping()
    await fastifyRequestHandler({
      router: appRouter,
      req,
      res: reply,
      path,
      maxBatchSize: limits.maxBatch,
      maxBodySize: limits.maxBodyBytes,
      allowMethodOverride: false,
      createContext: ({ info }) => {
        const fromHeader = tokensFromHeader(req.headers.authorization)
        const tokens = fromHeader.length > 0 ? fromHeader : tokensFromParams(info.connectionParams)
        if (info.type === 'subscription') openStream(req, reply, tokens)
        const drained = createDrained(
          { bufferedBytes: () => reply.raw.writableLength, cut: () => reply.raw.destroy() },
          limits,
        )
        const mayHaveDemo =
          demoLogIns === 'everybody' || (demoLogIns === 'this-machine' && isFromThisMachine(req.raw))
        return httpContext(ports, { req, reply, origins, tokens, drained, mayHaveDemo })
      },
      responseMeta: ({ errors }) => ({
        headers: new Headers({
          'cache-control': 'no-store',
          // Its own Vary replaces the one that CORS has set.
          vary: 'origin',
          ...retryAfter(errors.map(toAppError)),
        }),
      }),
      onError: ({ error, path: procedure, ctx }) => logFault(ports.log, { error, procedure, ctx }),
    })
  }

  function openStream(req: FastifyRequest, reply: FastifyReply, tokens: readonly string[]): void {
    const release = options.addressCap.take(req.ip)
    if (!release) {
      throw new AppError('RATE_LIMITED', 'Too many open streams from this address.', {
        retryAfterSeconds: 10,
      })
    }
    const gone = new AbortController()
    streams.add(reply)
    reply.raw.once('close', () => {
      streams.delete(reply)
      release()
      gone.abort()
    })
    options.tokenWatch
      .follow(tokens, gone.signal, () => reply.raw.destroy())
      .catch((error: unknown) => {
        ports.log.error({ err: error, requestId: req.id }, 'the tokens of a stream cannot be watched')
        reply.raw.destroy()
      })
  }

  return {
    size: () => streams.size,
    async cutAll() {
      const gone = [...streams].map(
        ({ raw }) => new Promise<void>((resolve) => raw.destroy().once('close', () => resolve())),
      )
      await Promise.all(gone)
    },
  }
}

/** An answer that is all there, unlike events and the parts of a streamed batch. */
function isWhole({ body, headers }: Response): boolean {
  return (
    body !== null && headers.get('content-type') === 'application/json' && !headers.has('transfer-encoding')
  )
}

/** tRPC makes a stream of every answer; sent as text it has a length and takes one write instead of three. */
function inOnePiece(reply: FastifyReply, response: Response): Promise<string> {
  reply.code(response.status).headers(Object.fromEntries(response.headers))
  return response.text()
}

/** A page of another site can send forms and text, and a form can hide a mutation; JSON it cannot send unasked. */
function refusal(req: FastifyRequest): Error | undefined {
  if (req.method !== 'POST') return undefined
  const type = req.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  return type === 'application/json' ? undefined : new UnsupportedTypeError()
}

/** Refused before anything was read. */
class UnsupportedTypeError extends AppError<'INVALID_INPUT'> {
  readonly statusCode = 415
  constructor() {
    super('INVALID_INPUT', 'Send application/json.', {
      issues: [{ path: 'content-type', message: 'must be application/json' }],
    })
  }
}

/** A body that trickles in holds a connection and its memory. */
function cutIfSlow(req: FastifyRequest, timeoutMs: number): void {
  const timer = setTimeout(() => req.raw.destroy(), timeoutMs)
  const stop = (): void => clearTimeout(timer)
  req.raw.once('end', stop).once('close', stop)
}

/** What Fastify itself refuses, as an error of the API. */
export function asAppError(error: unknown, maxBytes: number): AppError {
  if (isAppError(error)) return error
  const status = statusIn(error)
  if (status === 413) return new AppError('PAYLOAD_TOO_LARGE', 'The request is too large.', { maxBytes })
  if (status === 404) return new AppError('NOT_FOUND', 'There is nothing here.', { resource: 'route' })
  if (status === 503) return stopping()
  if (status !== null && status >= 400 && status < 500) {
    const issues = [{ path: '', message: 'is not a well-formed request' }]
    return new AppError('INVALID_INPUT', 'The request is not well-formed.', { issues })
  }
  return toAppError(getTRPCErrorFromUnknown(error))
}

function stopping(): AppError {
  return new AppError('OVERLOADED', 'The server is stopping. Try again in a moment.', {
    retryAfterSeconds: 1,
  })
}

function statusIn(error: unknown): number | null {
  const status: unknown = error instanceof Error ? Reflect.get(error, 'statusCode') : null
  return typeof status === 'number' ? status : null
}

/** The status that goes with an error: the transport's own where it has one. */
export function statusOf(error: unknown, app: AppError): number {
  const status = statusIn(error)
  return status !== null && status < 500 ? status : ERROR_STATUS[app.code]
}

/** Retry-After (RFC 9110, 10.2.3) in seconds: the longest that any of the errors asks for. */
export function retryAfter(errors: readonly AppError[]): Record<string, string> {
  const seconds = errors.map(({ details }) =>
    'retryAfterSeconds' in details
      ? details.retryAfterSeconds
      : 'resetsAt' in details
        ? Math.max(1, Math.ceil((Date.parse(details.resetsAt) - Date.now()) / 1000))
        : 0,
  )
  const longest = Math.max(0, ...seconds)
  return longest > 0 ? { 'retry-after': String(Math.ceil(longest)) } : {}
}

/** Logs what is our own fault. What a caller did wrong is told to the caller, and counted. */
export function logFault(
  log: Logger,
  fault: { error: TRPCError; procedure: string | undefined; ctx: TransportContext | undefined },
): void {
  if (toAppError(fault.error).code !== 'INTERNAL') return
  const fields = { err: fault.error, procedure: fault.procedure, requestId: fault.ctx?.request.id }
  log.error(fields, 'a call failed')
}
