import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { Storage } from '@viva/api'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** The folder that VIVA_WEB_DIR names is no built app. */
export class WebAppError extends Error {
  override readonly name = 'WebAppError'
}

/** Where the workspace's own app is built to. */
const BUILT_APP = resolve(import.meta.dirname, '../../demo-web/dist')

/** For a person who opens the address of a server without an app. */
const LANDING = `This is a Viva server. Its API is at /trpc, for programs that use @viva/client.
Health: /readyz. Public keys: /.well-known/jwks.json. Metrics: /metrics.
`

/**
 * The folder of the web app; null where there is none to serve.
 *
 * @param webDir a folder; `off` for none; null for the workspace's own app, if it has been built
 * @throws WebAppError where a folder was named and holds no app
 */
export async function findWebApp(webDir: string | null): Promise<string | null> {
  if (webDir === 'off') return null
  const folder = resolve(webDir ?? BUILT_APP)
  if (await isFile(join(folder, 'index.html'))) return folder
  if (webDir === null) return null
  throw new WebAppError(
    `VIVA_WEB_DIR names ${folder}, which holds no index.html. Build the app, or set VIVA_WEB_DIR=off to serve none.`,
  )
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (facts) => facts.isFile(),
    () => false,
  )
}

/** Where browsers send and fetch recordings past this server; null where they do it here. */
export async function storageOrigin(storage: Storage): Promise<string | null> {
  // Asked of the storage itself, which alone knows how its addresses are made.
  const url = await storage.presignGet('origin', { contentType: 'video/webm', expiresInSeconds: 60 })
  return url === null ? null : new URL(url).origin
}

export interface WebAppOptions {
  /** From {@link findWebApp}. */
  folder: string | null
  /** The server's own origin, asked at each call since a test's port is known late. */
  publicUrl: () => string
  /** From {@link storageOrigin}. */
  storage: string | null
}

/**
 * Serves the app at `/`: its files, and its page for every address that a person opens and that is nothing else here.
 * The app then finds out what the address means. Whatever a program asks for keeps its 404 in JSON.
 */
export async function serveWebApp(http: FastifyInstance, options: WebAppOptions): Promise<void> {
  const { folder } = options
  if (folder === null) {
    http.get('/', async (_req, reply) => reply.type('text/plain; charset=utf-8').send(LANDING))
    return
  }
  await http.register((scope, _options, done) => {
    scope.register(fastifyStatic, {
      root: folder,
      // Files are sent by the route below, so that one place decides what an address means.
      serve: false,
      index: false,
      dotfiles: 'ignore',
      acceptRanges: false,
      cacheControl: false,
      preCompressed: true,
      setHeaders(reply, path) {
        reply.headers(pageHeaders(options))
        reply.header('cache-control', path.startsWith(join(folder, ASSETS)) ? FOR_EVER : 'no-cache')
      },
    })
    // What may not be asked for is answered like what is not there.
    scope.setErrorHandler((error, _req, reply) => {
      if (isRefusedPath(error)) return reply.callNotFound()
      throw error
    })
    scope.get<{ Params: { '*': string } }>('/*', (req, reply) => {
      const path = req.params['*']
      if (isPage(req, path)) return reply.sendFile('index.html')
      return reply.sendFile(path)
    })
    done()
  })
}

/** Folder of the files whose names change with their contents. */
const ASSETS = 'assets/'
const FOR_EVER = 'public, max-age=31536000, immutable'

/** First parts of addresses that are never pages of the app, whatever comes after them. */
const NO_PAGES = new Set(['assets', 'livez', 'media', 'metrics', 'readyz', 'trpc'])

/** Whether a person opens an address (a browser then asks for HTML) rather than a program or a page a file. */
function isPage(req: FastifyRequest, path: string): boolean {
  if (path === '') return true
  const [first = ''] = path.split('/', 1)
  return !NO_PAGES.has(first) && !path.includes('.') && (req.headers.accept ?? '').includes('text/html')
}

function isRefusedPath(error: unknown): boolean {
  const status: unknown = error instanceof Error ? Reflect.get(error, 'statusCode') : null
  return status === 400 || status === 403
}

/**
 * The page may run and load its own files alone, and talk to this server and the storage. Recordings have the public
 * address, which need not be the one under which the page was opened.
 */
function pageHeaders({ publicUrl, storage }: WebAppOptions): Record<string, string> {
  const own = ["'self'", new URL(publicUrl()).origin, ...(storage === null ? [] : [storage])].join(' ')
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    `connect-src ${own}`,
    `img-src ${own} data: blob:`,
    `media-src ${own} blob:`,
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ]
  return {
    'content-security-policy': policy.join('; '),
    'permissions-policy': 'camera=(self), microphone=(self), fullscreen=(self), display-capture=(self)',
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  }
}
