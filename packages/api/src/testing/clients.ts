import {
  createTRPCClient,
  createWSClient,
  httpBatchLink,
  httpLink,
  type TRPCClient,
  TRPCClientError,
  wsLink,
} from '@trpc/client'
import type { AppErrorBody, AppErrorCode } from '../contract/index.ts'
import type { AppRouter } from '../root.ts'

/** The whole API, typed, for one caller. */
export type ApiClient = TRPCClient<AppRouter>

/** Calls over HTTP, one request each; with `batch`, calls of one moment go together. */
export function createApiClient(options: {
  /** The server's address, without /trpc. */
  url: string
  token?: string | undefined
  headers?: Record<string, string>
  batch?: boolean
}): ApiClient {
  const { url, token, headers = {}, batch = false } = options
  const link = {
    url: `${url}/trpc`,
    headers: token === undefined ? headers : { ...headers, authorization: `Bearer ${token}` },
  }
  return createTRPCClient<AppRouter>({ links: [batch ? httpBatchLink(link) : httpLink(link)] })
}

/** An open socket with the typed API over it. */
export interface ApiSocket extends Disposable {
  api: ApiClient
  /** How often the connection was opened. */
  opened(): number
  /** The code of each close, in order. */
  closes: readonly (number | undefined)[]
  close(): void
}

/** Subscriptions over a socket. `tokens` may be a function, asked at each reconnection. */
export function openApiSocket(options: {
  url: string
  tokens: readonly string[] | (() => readonly string[])
}): ApiSocket {
  const { url, tokens } = options
  const closes: (number | undefined)[] = []
  let opened = 0
  const client = createWSClient({
    url: `${url.replace(/^http/, 'ws')}/trpc`,
    connectionParams: () => ({ tokens: (typeof tokens === 'function' ? tokens() : tokens).join(' ') }),
    retryDelayMs: () => 20,
    onOpen: () => {
      opened += 1
    },
    onClose: (cause) => closes.push(cause?.code),
  })
  const close = (): void => void client.close()
  return {
    api: createTRPCClient<AppRouter>({ links: [wsLink({ client })] }),
    opened: () => opened,
    closes,
    close,
    [Symbol.dispose]: close,
  }
}

/**
 * The body of the error that a call fails with.
 *
 * @param code what it must be, where given
 * @throws where the call succeeds, or fails with something that is no error of the API
 */
export async function errorOf<Code extends AppErrorCode = AppErrorCode>(
  call: Promise<unknown>,
  code?: Code,
): Promise<Extract<AppErrorBody, { code: Code }>> {
  const error = await call.then(
    () => new Error(`the call succeeded${code ? ` instead of ${code}` : ''}`),
    (reason: unknown) => reason,
  )
  const body = error instanceof TRPCClientError ? readBody(error.data) : null
  if (!body) throw error
  if (code !== undefined && body.code !== code) {
    throw new Error(`the call failed with ${body.code} instead of ${code}: ${body.message}`, { cause: error })
  }
  return body as Extract<AppErrorBody, { code: Code }>
}

function readBody(data: unknown): AppErrorBody | null {
  if (typeof data !== 'object' || data === null || !('app' in data)) return null
  return data.app as AppErrorBody
}
