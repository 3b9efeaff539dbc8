import { WebSocket } from 'ws'

/** One message from the server, as tRPC's wire protocol has it. */
export interface SocketMessage {
  id: string | number | null
  result?: { type: string; id?: string; data?: unknown }
  error?: { data?: { app?: { code?: string } } }
}

/** A socket that does exactly what a test says, and nothing by itself: it does not even answer pings. */
export interface RawSocket extends Disposable {
  readonly socket: WebSocket
  readonly messages: readonly SocketMessage[]
  /** How many text pings came. */
  pings(): number
  send(message: unknown): void
  subscribe(id: number, path: string, input: unknown, lastEventId?: string): void
  /** The first message, now or later, that `matches`. */
  message(matches: (message: SocketMessage) => boolean): Promise<SocketMessage>
  /** The code of the server's close. */
  closed(): Promise<number>
}

export interface RawSocketOptions {
  /** Sent at once as the connection parameters; null promises them and does not send them. */
  tokens?: readonly string[] | null
  headers?: Record<string, string>
  path?: string
}

/** Connects. Rejects with the status where the server refuses the upgrade. */
export async function openRawSocket(url: string, options: RawSocketOptions = {}): Promise<RawSocket> {
  const { tokens, headers = {}, path = '/trpc' } = options
  const query = tokens === undefined ? '' : '?connectionParams=1'
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${path}${query}`, { headers })
  const messages: SocketMessage[] = []
  const waiting = new Set<() => void>()
  let pings = 0
  socket.on('message', (data) => {
    const text = String(data)
    if (text === 'PING') pings += 1
    else if (text !== 'PONG') messages.push(JSON.parse(text))
    for (const look of waiting) look()
  })
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('unexpected-response', (_req, res) => {
      reject(new Error(`refused with ${res.statusCode}`))
      res.destroy()
    })
    socket.on('error', reject)
  })
  const send = (message: unknown): void => socket.send(JSON.stringify(message))
  if (tokens) send({ method: 'connectionParams', data: { tokens: tokens.join(' ') } })
  return {
    socket,
    messages,
    pings: () => pings,
    send,
    subscribe(id, path, input, lastEventId) {
      const params = lastEventId === undefined ? { path, input } : { path, input, lastEventId }
      send({ id, method: 'subscription', params })
    },
    message(matches) {
      return new Promise((resolve) => {
        const look = (): void => {
          const found = messages.find(matches)
          if (!found) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      })
    },
    closed: () => closed,
    [Symbol.dispose]: () => socket.terminate(),
  }
}

/** The code of the error that a message carries. */
export const codeOf = (message: SocketMessage): string | undefined => message.error?.data?.app?.code
