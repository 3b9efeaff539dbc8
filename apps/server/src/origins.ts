import { LOOPBACK_HOSTNAMES } from './loopback.ts'

/** Which web pages may call with a browser's credentials or open a socket. */
export interface Origins {
  /** Whether a page of this origin may. Calls without an Origin come from no page. */
  allows(origin: string | undefined): boolean
  /** Whether `origin` is one, and on the list or the server's own. */
  isKnown(origin: string | undefined): boolean
}

/**
 * @param options.publicUrl the server's own origin, asked at each call since a test's port is known late
 * @param options.corsOrigins what the environment adds
 */
export function createOrigins(options: { publicUrl: () => string; corsOrigins: readonly string[] }): Origins {
  const listed = new Set(options.corsOrigins)
  const isKnown = (origin: string | undefined): boolean => {
    if (origin === undefined) return false
    if (listed.has(origin)) return true
    return ownOrigins(options.publicUrl()).includes(origin)
  }
  return { isKnown, allows: (origin) => origin === undefined || isKnown(origin) }
}

/** The Host header is not asked: after DNS rebinding it names whatever the attacker's page was loaded from. */
function ownOrigins(publicUrl: string): string[] {
  if (!URL.canParse(publicUrl)) return []
  const { origin, protocol, hostname, port } = new URL(publicUrl)
  if (!LOOPBACK_HOSTNAMES.includes(hostname)) return [origin]
  // On one's own machine the three names are one place, and people type any of them.
  return LOOPBACK_HOSTNAMES.map((name) => `${protocol}//${name}${port === '' ? '' : `:${port}`}`)
}
