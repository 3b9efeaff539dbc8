import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import {
  type AppContext,
  AppError,
  authorizeUpload,
  notFound,
  type OpenMedia,
  openMedia,
  type Ports,
  storeUpload,
  tokensFromHeader,
} from '@viva/api'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { parseRange } from './byte-range.ts'

interface MediaRoute {
  Params: { mediaId: string }
  Querystring: Record<string, string | string[] | undefined>
}

/**
 * The raw routes for recordings: PUT takes an upload as a stream, GET and HEAD answer a signed link. In a scope of their
 * own, so that bodies are left unread here and nowhere else. Errors are shaped by the handler of `app`.
 */
export async function registerMediaRoutes(app: FastifyInstance, ports: Ports): Promise<void> {
  await app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    scope.addHook('onResponse', (request, _reply, next) => {
      discardRest(request.raw)
      next()
    })

    scope.put<MediaRoute>('/media/:mediaId', async (request, reply) => {
      const mediaId = requireId(request)
      const [token] = tokensFromHeader(request.headers.authorization)
      const ctx = await authorizeUpload({ ctx: contextOf(request, ports), input: { mediaId, token } })
      const stored = await storeUpload({
        ctx,
        input: {
          mediaId,
          contentType: request.headers['content-type'],
          contentLength: announcedLength(request.raw),
          // Left open on an error, so that the answer still gets through.
          body: request.raw.iterator({ destroyOnReturn: false }),
        },
      })
      return reply.header('cache-control', 'no-store').send(stored)
    })

    scope.get<MediaRoute>('/media/:mediaId', { exposeHeadRoute: false }, async (request, reply) => {
      const media = await open(request, ports)
      setHeaders(reply, request.params.mediaId, media)
      const { etag } = validators(media)
      if (request.headers['if-none-match'] === etag) return reply.code(304).send()
      const range = applicableRange(request, media)
      if (range === 'unsatisfiable') {
        return reply.code(416).header('content-range', `bytes */${media.bytes}`).send()
      }
      if (range === null) {
        reply.header('content-length', media.bytes)
        return reply.send(toStream(await media.read()))
      }
      const { start, end } = range
      reply.code(206).header('content-range', `bytes ${start}-${end}/${media.bytes}`)
      reply.header('content-length', end - start + 1)
      return reply.send(toStream(await media.read(range)))
    })

    scope.head<MediaRoute>('/media/:mediaId', async (request, reply) => {
      const media = await open(request, ports)
      setHeaders(reply, request.params.mediaId, media)
      return reply.header('content-length', media.bytes).send()
    })
    done()
  })
}

function contextOf(request: FastifyRequest, ports: Ports): AppContext {
  return {
    ...ports,
    actor: { kind: 'anonymous' },
    request: {
      id: request.id,
      ip: request.ip,
      userAgent: request.headers['user-agent'] ?? '',
      refreshCookie: null,
      setRefreshCookie: () => undefined,
      drained: () => Promise.resolve(),
    },
  }
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function requireId(request: FastifyRequest<MediaRoute>): string {
  const { mediaId } = request.params
  if (!UUID.test(mediaId)) throw notFound('upload')
  return mediaId
}

/** The size that a request announces; null where it comes in pieces. Node has checked that it is a number. */
function announcedLength(raw: IncomingMessage): number | null {
  const length = raw.headers['content-length']
  if (raw.headers['content-encoding'] !== undefined && raw.headers['content-encoding'] !== 'identity') {
    const issues = [
      { path: 'content-encoding', message: 'must be absent: the bytes are stored as they come' },
    ]
    throw new AppError('INVALID_INPUT', 'The request is not well-formed.', { issues })
  }
  if (length !== undefined) return Number(length)
  return raw.headers['transfer-encoding'] === undefined ? 0 : null
}

function open(request: FastifyRequest<MediaRoute>, ports: Ports): Promise<OpenMedia> {
  const mediaId = requireId(request)
  const single = (name: string) => {
    const value = request.query[name]
    return typeof value === 'string' ? value : ''
  }
  return openMedia({
    ctx: contextOf(request, ports),
    input: { mediaId, expires: single('expires'), signature: single('signature') },
  })
}

function validators(media: OpenMedia): { etag: string } {
  return { etag: `"${media.sha256}"` }
}

/** A candidate made this file: it is for saving and for players, never for a browser to run. */
function setHeaders(reply: FastifyReply, mediaId: string, media: OpenMedia): void {
  reply.headers({
    'content-type': media.contentType,
    'content-disposition': `attachment; filename="${mediaId}.${extensionOf(media.contentType)}"`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    // The link itself is the permission, so any page that has it may embed a player.
    'cross-origin-resource-policy': 'cross-origin',
    'referrer-policy': 'no-referrer',
    'cache-control': 'private, no-store',
    'accept-ranges': 'bytes',
    ...validators(media),
  })
}

function extensionOf(contentType: string): string {
  return /^[a-z]+\/([a-z0-9]+)/.exec(contentType)?.[1] ?? 'bin'
}

/** If-Range: the part only if the file is still the one that the caller has the rest of (RFC 9110 §13.1.5). */
function applicableRange(request: FastifyRequest, media: OpenMedia): ReturnType<typeof parseRange> {
  const condition = request.headers['if-range']
  if (condition !== undefined && condition !== validators(media).etag) return null
  return parseRange(request.headers.range, media.bytes)
}

function toStream(body: AsyncIterable<Uint8Array>): Readable {
  return body instanceof Readable ? body : Readable.from(body, { objectMode: false })
}

/** How long the rest of a refused body is still read, in ms. */
const DISCARD_MS = 10_000

/**
 * Reads on for a while after a body was refused. A connection that is closed with bytes unread is reset, and then the
 * sender may never see the answer; one that is read for ever lets anybody send for ever.
 */
function discardRest(raw: IncomingMessage): void {
  if (raw.complete) return
  const timer = setTimeout(() => {
    if (!raw.complete) raw.socket.destroy()
  }, DISCARD_MS)
  raw.once('close', () => clearTimeout(timer))
  raw.resume()
}
