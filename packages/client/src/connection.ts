import { createTRPCUntypedClient, createWSClient, httpSubscriptionLink, wsLink } from '@trpc/client'
import type { AppRouter } from '@viva/api'
import { toVivaError, type VivaError } from './errors.ts'
import { createFetchEventSource } from './fetch-event-source.ts'
import type { Fetch } from './http.ts'

/** The part of a browser's WebSocket class that the SDK needs; the `ws` package's has it, too. */
export interface WebSocketConstructor {
  new (url: string): { readonly readyState: number; close(code?: number, reason?: string): void }
}

/** What a stream brings: data with the cursor after it. */
export interface StreamEvents {
  onData(data: unknown, cursor: string): void
  /** The stream ended by itself, or with an error. Not called once the connection is closed or lost. */
  onEnd(error: VivaError | null): void
}

/** One connection, alive once. It does not come back: whoever uses it opens another. */
export interface Connection {
  /** @returns stops the stream */
  subscribe(path: string, input: object, events: StreamEvents): () => void
  close(): void
}

/** How to connect. */
export interface ConnectOptions {
  url: string
  tokens: readonly string[]
  /** Called at most once, and not after `close`. `tokenOver`: the server wants other tokens. */
  onLost(tokenOver: boolean): void
}

/** The server's close code for a token that has expired or was revoked. */
const TOKEN_OVER = 4401

interface Subscribing {
  subscription: ReturnType<typeof createTRPCUntypedClient<AppRouter>>['subscription']
}

/** A WebSocket with any number of streams. Its tokens go in its first message, never in an address. */
export function connectSocket(
  { url, tokens, onLost }: ConnectOptions,
  WebSocket: WebSocketConstructor,
): Connection {
  const over = once(onLost)
  const client = createWSClient({
    url: `${url.replace(/^http/, 'ws')}/trpc`,
    // What tRPC uses of the class is what the interface above and the event listeners of every WebSocket give.
    WebSocket: WebSocket as typeof globalThis.WebSocket,
    connectionParams: { tokens: tokens.join(' ') },
    onClose: (cause) => lost(cause?.code === TOKEN_OVER),
  })
  function lost(tokenOver: boolean): void {
    // First, so that the streams' ends, which closing brings about, are not taken for news.
    over.call(tokenOver)
    // Reconnecting is the channel's business: it brings fresh tokens.
    void client.close()
  }
  const watching = client.connectionState.subscribe({
    next: (state) => {
      if (state.error) lost(false)
    },
  })
  const trpc = createTRPCUntypedClient<AppRouter>({ links: [wsLink({ client })] })
  return {
    subscribe: (path, input, events) => follow(trpc, { path, input, events, over }),
    close() {
      over.cancel()
      watching.unsubscribe()
      void client.close()
    },
  }
}

/** Server-sent events, one request for each stream, for networks that let no WebSocket through. */
export function connectSse({ url, tokens, onLost }: ConnectOptions, fetch: Fetch): Connection {
  const over = once(onLost)
  const stops = new Set<() => void>()
  return {
    subscribe(path, input, events) {
      const [token, ...others] = tokens
      const trpc = createTRPCUntypedClient<AppRouter>({
        links: [
          httpSubscriptionLink({
            url: `${url}/trpc`,
            EventSource: createFetchEventSource(fetch),
            eventSourceOptions: { token: tokenFor(path, token, others) },
          }),
        ],
      })
      const stop = follow(trpc, { path, input, events, over })
      stops.add(stop)
      return () => {
        stops.delete(stop)
        stop()
      }
    },
    close() {
      over.cancel()
      for (const stop of stops) stop()
      stops.clear()
    },
  }
}

/** A request carries one token: the second of a session's two is for AI runs. */
function tokenFor(path: string, first: string | undefined, others: readonly string[]): string | null {
  return (path.startsWith('ai.') ? others[0] : first) ?? null
}

function follow(
  trpc: Subscribing,
  stream: { path: string; input: object; events: StreamEvents; over: Once },
): () => void {
  const { path, input, events, over } = stream
  let isOpen = true
  const subscription = trpc.subscription(path, input, {
    onData(item: unknown) {
      if (isOpen && !over.isOver() && isTracked(item)) events.onData(item.data, item.id)
    },
    onError(error) {
      end(toVivaError(error))
    },
    onComplete() {
      end(null)
    },
  })
  function end(error: VivaError | null): void {
    if (!isOpen || over.isOver()) return
    isOpen = false
    events.onEnd(error)
  }
  return () => {
    isOpen = false
    subscription.unsubscribe()
  }
}

function isTracked(item: unknown): item is { id: string; data: unknown } {
  return typeof item === 'object' && item !== null && 'id' in item && typeof item.id === 'string'
}

interface Once {
  call(tokenOver: boolean): void
  cancel(): void
  isOver(): boolean
}

function once(work: (tokenOver: boolean) => void): Once {
  let isOver = false
  return {
    call(tokenOver) {
      if (isOver) return
      isOver = true
      work(tokenOver)
    },
    cancel() {
      isOver = true
    },
    isOver: () => isOver,
  }
}
