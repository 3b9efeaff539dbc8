import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** A TCP proxy in front of a database, whose connections can be cut: a network that fails on command. */
export interface CuttableProxy extends AsyncDisposable {
  /** The database's connection string, by way of the proxy. */
  readonly url: string
  /** Ends all connections: in order (`fin`), or as a crash or a fail-over does (`reset`). */
  cut(how: 'fin' | 'reset'): void
  /** Refuses connections until `admit`. */
  refuse(): Promise<void>
  admit(): Promise<void>
}

/** Starts a proxy on a free port in front of the database at `databaseUrl`. */
export async function startCuttableProxy(databaseUrl: string): Promise<CuttableProxy> {
  const target = new URL(databaseUrl)
  const open = new Set<Socket>()
  let server: Server = makeServer()

  function makeServer(): Server {
    return createServer((downstream) => {
      const upstream = connect({ host: target.hostname, port: Number(target.port || 5432) })
      open.add(downstream)
      downstream.on('error', () => upstream.destroy())
      upstream.on('error', () => downstream.destroy())
      downstream.on('close', () => {
        open.delete(downstream)
        upstream.destroy()
      })
      upstream.on('close', () => downstream.destroy())
      downstream.pipe(upstream).pipe(downstream)
    })
  }

  async function listen(port: number): Promise<number> {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('the proxy got no port')
    return address.port
  }

  const port = await listen(0)
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${port}`

  function cut(how: 'fin' | 'reset'): void {
    for (const socket of [...open]) {
      if (how === 'reset') socket.resetAndDestroy()
      else socket.destroy()
    }
  }

  async function refuse(): Promise<void> {
    const closed = once(server, 'close')
    server.close()
    cut('reset')
    await closed
  }

  return {
    url: url.href,
    cut,
    refuse,
    async admit() {
      server = makeServer()
      await listen(port)
    },
    [Symbol.asyncDispose]: refuse,
  }
}
