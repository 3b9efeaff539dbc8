/** At most this many tokens come with one connection: one of each kind that a socket may need. */
const MAX_TOKENS = 4
/** No token of ours comes near; a longer one is not even looked at. */
const MAX_TOKEN_LENGTH = 4096

/** The token of an `Authorization: Bearer …` header (RFC 6750), as it is: nothing in it is decoded here. */
export function tokensFromHeader(header: string | undefined): string[] {
  const token = /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1]
  return token === undefined ? [] : clean([token])
}

/** The tokens of tRPC's connection parameters: `{ tokens }`, several parted by spaces, since its values are strings. */
export function tokensFromParams(params: Record<string, unknown> | null | undefined): string[] {
  const tokens = params?.['tokens']
  return typeof tokens === 'string' ? clean(tokens.split(' ')) : []
}

function clean(tokens: readonly string[]): string[] {
  return tokens.filter((token) => token !== '' && token.length <= MAX_TOKEN_LENGTH).slice(0, MAX_TOKENS)
}

/** `__Host-` makes browsers refuse it unless it is Secure, for this host alone, and for all paths (RFC 6265bis). */
export const REFRESH_COOKIE = '__Host-viva_refresh'

/** The refresh token in a Cookie header, or null. */
export function refreshTokenFrom(header: string | undefined): string | null {
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === REFRESH_COOKIE) {
      const value = pair.slice(at + 1).trim()
      return /^[\w.~-]{1,512}$/.test(value) ? value : null
    }
  }
  return null
}

/** The Set-Cookie header that keeps a refresh token, or with null clears it. */
export function refreshCookie(token: string | null, maxAgeSeconds: number): string {
  const age = token === null ? 0 : Math.max(0, Math.floor(maxAgeSeconds))
  return `${REFRESH_COOKIE}=${token ?? ''}; Path=/; Max-Age=${age}; HttpOnly; Secure; SameSite=Strict`
}
