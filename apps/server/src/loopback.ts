/** The names under which addresses of one's own machine stand in URLs. */
export const LOOPBACK_HOSTNAMES = ['localhost', '127.0.0.1', '[::1]']

/** Whether a server that listens on `host` can be reached from its own machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}
