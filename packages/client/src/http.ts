import { createTRPCUntypedClient, httpLink } from '@trpc/client'
import type { AppRouter } from '@viva/api'
import { aborted, networkError, toVivaError, VivaError } from './errors.ts'

/** A call may take this long, in ms, its answer included. */
const TIMEOUT_MS = 30_000
/** Calls that read or set the refresh cookie. */
const COOKIE_CALLS = /\/(?:auth\.(?:logIn|refresh|logOut|logOutEverywhere)|sessions\.claim)$/

/** `fetch`, or something that does the same. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** How one call is made. */
export interface SendOptions {
  token: string | null
  signal?: AbortSignal | undefined
  /** Lets the request outlive the page; for at most 64 kB. */
  keepalive?: boolean | undefined
}

/** Sends one call to the server. */
export type Send = (
  type: 'query' | 'mutation',
  path: string,
  input: unknown,
  options: SendOptions,
) => Promise<unknown>

/** Calls over HTTP, one request each, so that each is authenticated, limited and logged for itself. */
export function createSend(options: { url: string; fetch: Fetch; cookies: boolean }): Send {
  const clientWith = (keepalive: boolean) =>
    createTRPCUntypedClient<AppRouter>({
      links: [
        httpLink({
          url: `${options.url}/trpc`,
          headers: ({ op }) => {
            const token: unknown = op.context['token']
            // Forms and images of foreign pages cannot send a header of their own; the server asks for it before it
            // looks at a cookie.
            const headers: Record<string, string> = { 'x-viva-client': '1' }
            if (typeof token === 'string') headers['authorization'] = `Bearer ${token}`
            return headers
          },
          fetch: (url, init) => {
            const target = String(url)
            const cookies = options.cookies && COOKIE_CALLS.test(target.split('?', 1)[0] ?? '')
            return fetchJson(options.fetch, target, {
              ...(init as RequestInit),
              ...(cookies ? { credentials: 'include' as const } : {}),
              ...(keepalive ? { keepalive } : {}),
            })
          },
        }),
      ],
    })
  const [plain, outliving] = [clientWith(false), clientWith(true)]

  return async (type, path, input, { token, signal, keepalive = false }) => {
    const client = keepalive ? outliving : plain
    try {
      return await client[type](path, input, {
        context: { token },
        ...(signal === undefined ? {} : { signal }),
      })
    } catch (error) {
      throw toVivaError(error)
    }
  }
}

/** A fetch that ends in time, and whose answer is known to be JSON: proxies and captive portals answer with pages. */
async function fetchJson(
  fetch: Fetch,
  url: string,
  init: RequestInit,
): Promise<{ ok: boolean; json: () => Promise<unknown> }> {
  const timeout = new AbortController()
  const timer = setTimeout(() => timeout.abort(), TIMEOUT_MS)
  const caller = init.signal
  const abort = () => timeout.abort()
  caller?.addEventListener('abort', abort)
  try {
    const { status, text } = await fetchText(fetch, url, { ...init, signal: timeout.signal })
    const json = parseJson(text)
    if (json === undefined) {
      // A gateway in front of a server that is restarting answers 502 to 504 by itself.
      throw status >= 500
        ? networkError()
        : new VivaError('PROTOCOL', `No Viva server answers at ${url}.`, { status })
    }
    return { ok: status < 400, json: () => Promise.resolve(json) }
  } catch (error) {
    if (error instanceof VivaError) throw error
    throw caller?.aborted ? aborted(error) : networkError(error)
  } finally {
    clearTimeout(timer)
    caller?.removeEventListener('abort', abort)
  }
}

async function fetchText(fetch: Fetch, url: string, init: RequestInit) {
  const response = await fetch(url, init)
  return { status: response.status, text: await response.text() }
}

/** The value of a JSON text, or undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' ? value : undefined
  } catch {
    return undefined
  }
}
