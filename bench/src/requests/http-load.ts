import { Agent, get } from 'node:http'

/** A GET that is asked again and again. */
export interface Target {
  url: string
  token: string
}

/** Asks over connections of its own that stay open, and refuses any answer but 200. */
export interface HttpLoad extends Disposable {
  /** One call; resolves with its time in ms. */
  ask(target: Target): Promise<number>
  /** Calls over so many connections at once for so long; resolves with their number. */
  askFor(target: Target, options: { ms: number; atOnce: number }): Promise<number>
}

export function createHttpLoad(): HttpLoad {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })

  function ask({ url, token }: Target): Promise<number> {
    const start = performance.now()
    return new Promise((resolve, reject) => {
      get(url, { agent, headers: { authorization: `Bearer ${token}` } }, (response) => {
        let body = ''
        response.setEncoding('utf8')
        response.on('data', (part: string) => {
          body += part
        })
        response.on('end', () => {
          if (response.statusCode === 200) resolve(performance.now() - start)
          else reject(new Error(`${url} answered ${response.statusCode}: ${body}`))
        })
      }).on('error', reject)
    })
  }

  return {
    ask,
    async askFor(target, { ms, atOnce }) {
      const end = performance.now() + ms
      let calls = 0
      await Promise.all(
        Array.from({ length: atOnce }, async () => {
          while (performance.now() < end) {
            await ask(target)
            calls += 1
          }
        }),
      )
      return calls
    },
    [Symbol.dispose]: () => agent.destroy(),
  }
}
