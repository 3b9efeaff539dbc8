import type { IncomingMessage } from 'node:http'

/** What may not be in a Host header (RFC 9112, 3.2): it names a host and a port, and nothing around them. */
const NO_HOST = /[@/\\?#\s]/

/**
 * Whether Host and target of a request make a URL. tRPC puts one together of them, and throws where that fails: in the
 * listener of an upgrade, where nobody would catch it. A name and password in it are refused for the same reason.
 */
export function hasValidTarget({ headers, url }: Pick<IncomingMessage, 'headers' | 'url'>): boolean {
  const host = headers.host ?? 'localhost'
  if (NO_HOST.test(host)) return false
  const whole = URL.parse(url ?? '', `http://${host}`)
  return whole !== null && whole.username === '' && whole.password === ''
}
