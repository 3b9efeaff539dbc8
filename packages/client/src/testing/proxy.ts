import { connect, createServer, type Socket } from 'node:net'

/** Stands between a client and a server, as the network does, and breaks as the network does. */
export interface Proxy extends AsyncDisposable {
  readonly url: string
  /** Connections taken so far. */
  connections(): number
  /** Cuts all connections; new ones are taken. */
  cut(): void
  /** Cuts all, and takes none until `up`. */
  down(): void
  up(): void
  /** Cuts a connection when the server's answer to a request that contains `text` comes, before the client gets it. */
  loseAnswerTo(text: string): Promise<void>
  /** Connections that are open now. */
  open(): number
  /** Lets no WebSocket through, as some networks do. */
  blockSockets(): void
  /** Keeps connections open and passes nothing on, as a network that broke without a word. */
  freeze(): void
  thaw(): void
  /** Requests that contain `text` which came through so far. */
  seen(text: string): number
}

export async function startProxy(target: string): Promise<Proxy> {
  const { hostname, port } = new URL(target)
  const pairs = new Set<() => void>()
  const received: string[] = []
  const losses = new Set<{ text: string; done: () => void }>()
  let isDown = false
  let taken = 0
  let blocksSockets = false
  let isFrozen = false

  function serve(client: Socket): void {
    if (isDown) return void client.destroy()
    taken += 1
    const server = connect(Number(port), hostname)
    let isLosing: { done: () => void } | null = null
    const end = (): void => {
      pairs.delete(end)
      client.destroy()
      server.destroy()
    }
    pairs.add(end)
    client.on('data', (chunk) => {
      const text = chunk.toString('latin1')
      if (isFrozen) return
      if (blocksSockets && /^upgrade: websocket/im.test(text)) return end()
      received.push(text)
      for (const loss of losses) {
        if (!text.includes(loss.text)) continue
        losses.delete(loss)
        isLosing = loss
      }
      server.write(chunk)
    })
    server.on('data', (chunk) => {
      if (isFrozen) return
      if (!isLosing) return void client.write(chunk)
      end()
      isLosing.done()
    })
    for (const socket of [client, server]) {
      socket.on('error', end)
      socket.on('close', end)
    }
  }
  const listener = createServer({ noDelay: true }, serve)
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  if (typeof address !== 'object' || address === null) throw new Error('the proxy has no port')

  const cut = (): void => {
    for (const end of [...pairs]) end()
  }
  return {
    url: `http://127.0.0.1:${address.port}`,
    connections: () => taken,
    cut,
    down() {
      isDown = true
      cut()
    },
    up() {
      isDown = false
    },
    open: () => pairs.size,
    blockSockets() {
      blocksSockets = true
    },
    freeze() {
      isFrozen = true
    },
    thaw() {
      isFrozen = false
    },
    loseAnswerTo: (text) => new Promise((done) => losses.add({ text, done })),
    seen: (text) => received.filter((chunk) => chunk.includes(text)).length,
    async [Symbol.asyncDispose]() {
      cut()
      await new Promise<void>((resolve) => listener.close(() => resolve()))
    },
  }
}
