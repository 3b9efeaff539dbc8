import { type Connection, connectSocket, connectSse, type WebSocketConstructor } from './connection.ts'
import type { Environment } from './environment.ts'
import { isSignedOut, toVivaError, type VivaError } from './errors.ts'
import type { Fetch } from './http.ts'
import { createListeners } from './listeners.ts'
import { createSleeper, deferred } from './timing.ts'

/**
 * How a live connection stands. `connecting`: the first time. `open`: data comes. `reconnecting`: it was lost and is
 * being opened again. `offline`: there is no network, or nothing got through for a while; it goes on trying. `closed`:
 * nobody needs it, or the user is signed out.
 */
export type ConnectionStatus = 'connecting' | 'open' | 'reconnecting' | 'offline' | 'closed'

/** A stream that is to be followed over any number of connections. */
export interface Stream {
  path: string
  input: object
  /** Where to go on; null for the beginning. Moved on with each item. */
  cursor: string | null
  /** @returns true where this was the stream's last item */
  onData(data: unknown): boolean
  /** The stream is over for good. */
  onEnd(error: VivaError | null): void
}

/** Keeps streams alive over whatever connection can be had. */
export interface Channel {
  /** @returns stops the stream; the last one closes the connection */
  follow(stream: Stream): () => void
  status(): ConnectionStatus
  onStatus(listener: (status: ConnectionStatus) => void): () => void
  close(): void
}

export interface ChannelOptions {
  url: string
  fetch: Fetch
  /** Absent where there are none: then server-sent events are used. */
  WebSocket: WebSocketConstructor | null
  environment: Environment
  retryDelayMs: (attempt: number) => number
  /** Longest silence of a connection in ms, above the server's 15 s between heartbeats. */
  silenceMs: number
  /** Fresh tokens; where the order matters, the one for events first. */
  tokens: () => Promise<string[]>
  /** The server does not take these any more. */
  rejectTokens: (tokens: readonly string[]) => void
  report: (error: unknown) => void
}

/** A connection that brought nothing after this long is given up, in ms. */
const OPENING_MS = 10_000
/** Tries without any data after which the badge says `offline`. */
const OFFLINE_AFTER = 3
/** Sockets that never opened before server-sent events are tried. */
const SOCKET_TRIES = 2
/** Fresh tokens that are refused one after the other before the stream is given up. */
const TOKEN_TRIES = 3

/** Why a connection is over. */
type Loss = { kind: 'lost' } | { kind: 'idle' } | { kind: 'tokens'; error: VivaError | null }

export function createChannel(options: ChannelOptions): Channel {
  const { environment, retryDelayMs } = options
  const streams = new Map<Stream, (() => void) | null>()
  const listeners = createListeners<ConnectionStatus>(options.report)
  const sleeper = createSleeper()
  let status: ConnectionStatus = 'closed'
  let isClosed = false
  let isRunning = false
  let usesSse = options.WebSocket === null
  let socketWorked = false
  /** Tries since data last came. */
  let failures = 0
  let refusals = 0
  let current: { connection: Connection; lose: (loss: Loss) => void; heard: () => void } | null = null

  function become(next: ConnectionStatus): void {
    if (next === status) return
    status = next
    listeners.tell(next)
  }

  const offs = [
    environment.onOnline(() => sleeper.wake()),
    environment.onOffline(() => {
      if (isRunning) become('offline')
      current?.lose({ kind: 'lost' })
    }),
  ]

  async function run(): Promise<void> {
    become(environment.isOnline() ? 'connecting' : 'offline')
    while (streams.size > 0 && !isClosed) {
      const loss = await connectOnce()
      if (loss.kind === 'idle' || streams.size === 0 || isClosed) break
      if (loss.kind === 'tokens') {
        refusals += 1
        if (refusals >= TOKEN_TRIES && loss.error) {
          endAll(loss.error)
          break
        }
      }
      const isOffline = !environment.isOnline() || failures >= OFFLINE_AFTER
      become(isOffline ? 'offline' : 'reconnecting')
      // With new tokens there is nothing to wait for, the first time.
      if (loss.kind === 'lost' || refusals > 1) await sleeper.sleep(retryDelayMs(Math.max(0, failures - 1)))
    }
    isRunning = false
    become('closed')
    // A stream that came while this run was ending found it still running.
    start()
  }

  /** Opens one connection with all streams on it, and resolves when it is over. */
  async function connectOnce(): Promise<Loss> {
    failures += 1
    let tokens: string[]
    try {
      tokens = await options.tokens()
    } catch (error) {
      const refusal = toVivaError(error)
      if (refusal.retryable || refusal.code === 'ABORTED') return { kind: 'lost' }
      endAll(refusal)
      return { kind: 'idle' }
    }
    if (streams.size === 0 || isClosed) return { kind: 'idle' }

    const over = deferred<Loss>()
    let heardOnce = false
    let timer = setTimeout(() => over.resolve({ kind: 'lost' }), OPENING_MS)
    const connection = connect(tokens, (tokenOver) =>
      over.resolve(tokenOver ? { kind: 'tokens', error: null } : { kind: 'lost' }),
    )
    current = {
      connection,
      lose: over.resolve,
      heard() {
        clearTimeout(timer)
        timer = setTimeout(() => over.resolve({ kind: 'lost' }), options.silenceMs)
        failures = 0
        refusals = 0
        heardOnce = true
        if (!usesSse) socketWorked = true
        become('open')
      },
    }
    for (const stream of streams.keys()) attach(stream)
    const loss = await over.promise
    clearTimeout(timer)
    current = null
    for (const stream of streams.keys()) streams.set(stream, null)
    connection.close()
    if (loss.kind === 'tokens') options.rejectTokens(tokens)
    if (loss.kind === 'lost' && !heardOnce) switchTransport()
    return loss
  }

  function connect(tokens: string[], onLost: (tokenOver: boolean) => void): Connection {
    const { url, fetch, WebSocket } = options
    return usesSse || WebSocket === null
      ? connectSse({ url, tokens, onLost }, fetch)
      : connectSocket({ url, tokens, onLost }, WebSocket)
  }

  /** Some networks let no WebSocket through, and show it by never opening one. */
  function switchTransport(): void {
    if (options.WebSocket === null) return
    if (usesSse) usesSse = false
    else usesSse = failures >= (socketWorked ? SOCKET_TRIES + 1 : SOCKET_TRIES)
  }

  function attach(stream: Stream): void {
    if (!current) return
    const { connection, lose, heard } = current
    const input = stream.cursor === null ? stream.input : { ...stream.input, lastEventId: stream.cursor }
    const stop = connection.subscribe(stream.path, input, {
      onData(data, cursor) {
        heard()
        stream.cursor = cursor
        if (stream.onData(data)) settle(stream, null)
      },
      onEnd(error) {
        // No stream ends by itself before its last item: a server that stops, or a proxy, has ended it.
        if (error === null) return lose({ kind: 'lost' })
        if (isSignedOut(error)) return lose({ kind: 'tokens', error })
        if (error.retryable || error.code === 'ABORTED') return lose({ kind: 'lost' })
        settle(stream, error)
      },
    })
    if (streams.has(stream)) streams.set(stream, stop)
    else stop()
  }

  /** Takes a stream out, and tells it why. */
  function settle(stream: Stream, error: VivaError | null): void {
    if (!drop(stream)) return
    stream.onEnd(error)
  }

  function drop(stream: Stream): boolean {
    const stop = streams.get(stream)
    if (!streams.delete(stream)) return false
    stop?.()
    if (streams.size === 0) {
      current?.lose({ kind: 'idle' })
      sleeper.wake()
    }
    return true
  }

  function endAll(error: VivaError): void {
    for (const stream of [...streams.keys()]) settle(stream, error)
  }

  function start(): void {
    if (isRunning || isClosed || streams.size === 0) return
    isRunning = true
    failures = 0
    refusals = 0
    run().catch(options.report)
  }

  return {
    follow(stream) {
      if (isClosed) {
        stream.onEnd(null)
        return () => undefined
      }
      streams.set(stream, null)
      if (current) attach(stream)
      start()
      return () => void drop(stream)
    },
    status: () => status,
    onStatus: (listener) => listeners.add(listener),
    close() {
      isClosed = true
      for (const off of offs) off()
      for (const stream of [...streams.keys()]) settle(stream, null)
      current?.lose({ kind: 'idle' })
      sleeper.wake()
      become('closed')
      listeners.clear()
    },
  }
}
