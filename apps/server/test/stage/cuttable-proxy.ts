import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** The network between a client and one or more servers, which breaks on command. */
export interface CuttableProxy extends AsyncDisposable {
  readonly url: string
  /**
   * Cuts all connections at once, without a goodbye; new ones are taken, and lead to the next server in turn.
   *
   * @returns how many WebSockets were among them
   */
  cut(): number
}

/** Starts a proxy on a free port. Each connection after a cut leads to the next of the servers. */
export async function startCuttableProxy(...targets: readonly string[]): Promise<CuttableProxy> {
  const open = new Set<Socket>()
  const webSockets = new Set<Socket>()
  let turn = 0
  const proxy = createServer((client) => {
    const { hostname, port } = new URL(targets[turn % targets.length] ?? '')
    const server = connect({ host: hostname, port: Number(port) })
    open.add(client)
    client.once('data', (head: Buffer) => {
      if (/^upgrade: websocket/im.test(head.toString('latin1'))) webSockets.add(client)
    })
    client.on('error', () => server.destroy())
    server.on('error', () => client.destroy())
    client.on('close', () => {
      open.delete(client)
      webSockets.delete(client)
      server.destroy()
    })
    server.on('close', () => client.destroy())
    client.pipe(server).pipe(client)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const address = proxy.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')

  function cut(): number {
    const { size } = webSockets
    for (const socket of [...open]) socket.resetAndDestroy()
    turn += 1
    return size
  }
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut,
    async [Symbol.asyncDispose]() {
      cut()
      proxy.close()
      await once(proxy, 'close')
    },
  }
}
