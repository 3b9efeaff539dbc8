const MAX_LENGTH = 300
/** How the keys of known services look, should one be quoted that is not ours. */
const KEY_SHAPES = /\b(?:sk|gsk|key|pk)[-_][A-Za-z0-9_*-]{8,}|\bAIza[A-Za-z0-9_*-]{8,}|\bBearer\s+\S+/g

/**
 * Makes a service's own words fit to be recorded and shown: one short line without control characters, without
 * addresses, and without keys, ours first of all.
 */
export function fitForRecord(words: string, secret: string): string {
  const withoutSecret = secret.length >= 4 ? words.replaceAll(secret, '[key]') : words
  return withoutSecret
    .replace(KEY_SHAPES, '[key]')
    .replace(/https?:\/\/\S+/g, '[address]')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .toWellFormed()
    .slice(0, MAX_LENGTH)
}

/** Milliseconds from a Retry-After header: seconds or an HTTP date (RFC 9110, 10.2.3). Null where it says neither. */
export function retryAfterMs(header: string | null | undefined, now: number): number | null {
  if (!header) return null
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const date = Date.parse(header)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}

/** Whether a status says that another try may do better. */
export function passes(status: number): boolean {
  return status === 408 || status === 409 || status === 425 || status === 429 || status >= 500
}
