import { Agent, request } from 'node:http'

const agent = new Agent({ keepAlive: true, maxSockets: 256 })

/** Sends one log-in; resolves with the status of its answer. */
export function logIn(serverUrl: string, account: { email: string; password: string }): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(
      `${serverUrl}/trpc/auth.logIn`,
      { method: 'POST', agent, headers: { 'content-type': 'application/json', 'x-viva-client': 'bench' } },
      (response) => {
        response.resume()
        response.on('end', () => resolve(response.statusCode ?? 0))
      },
    )
    call.on('error', reject)
    call.end(JSON.stringify({ ...account, refreshTransport: 'body' }))
  })
}
