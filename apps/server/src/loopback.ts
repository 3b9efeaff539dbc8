import type { IncomingMessage } from 'node:http'

/** The names under which addresses of one's own machine stand in URLs. */
export const LOOPBACK_HOSTNAMES = ['localhost', '127.0.0.1', '[::1]']

/** Whether a server that listens on `host` can be reached from its own machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

/** Headers that proxies add. */
const PROXIED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip']

/**
 * Whether a request seems to have been made on this machine, under one of its own names. Keeps out pages of somebody else's
 * whose name was made to point here (DNS rebinding), and proxies that name themselves or speak HTTP/1.0, as nginx does
 * where it is told nothing else. A forwarder of bytes cannot be told from this machine, by anybody.
 */
export function isFromThisMachine({ headers, httpVersion, socket }: IncomingMessage): boolean {
  if (httpVersion === '1.0') return false
  const peer = (socket.remoteAddress ?? '').replace(/^::ffff:/, '')
  const host = `http://${headers.host ?? ''}`
  const isOwnName = URL.canParse(host) && LOOPBACK_HOSTNAMES.includes(new URL(host).hostname)
  return isLoopback(peer) && isOwnName && PROXIED.every((name) => headers[name] === undefined)
}
