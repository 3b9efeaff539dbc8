import { createHash } from 'node:crypto'
import type { RateLimit } from '../../core/ports.ts'
import { networkOf } from '../../core/rate-limiter.ts'

/** Sign-ups from one address: an office behind one of them included. */
export const SIGN_UP_PER_IP: RateLimit = { name: 'sign-up-ip', points: 100, seconds: 3600 }
/** Sign-ups of one e-mail address. */
export const SIGN_UP_PER_EMAIL: RateLimit = { name: 'sign-up-email', points: 5, seconds: 3600 }
/** Log-ins from one address, to whatever account: bounds the trying of one password on many accounts. */
export const LOG_IN_PER_IP: RateLimit = { name: 'log-in-ip', points: 300, seconds: 60 }
/** Wrong passwords for one account from one address. */
export const LOG_IN_PER_EMAIL_AND_IP: RateLimit = { name: 'log-in-email-ip', points: 10, seconds: 900 }
/**
 * Wrong passwords for one account from everywhere. Far above the limit of one address, so that nobody locks somebody
 * else out from one place.
 */
export const LOG_IN_PER_EMAIL: RateLimit = { name: 'log-in-email', points: 100, seconds: 3600 }
/** Refreshes from one address: a whole school may sit behind it. */
export const REFRESH_PER_IP: RateLimit = { name: 'refresh-ip', points: 1200, seconds: 60 }

/** What an e-mail address is counted as. Counters are no place for personal data. */
export function emailKey(email: string): string {
  return createHash('sha256').update(email).digest('base64url')
}

/**
 * What an e-mail address together with the caller's address is counted as. By /56: one home has 256 of /64, and with ten
 * tries from each it would spend those of the account and lock its owner out.
 */
export function emailAndIpKey(email: string, ip: string): string {
  return `${emailKey(email)}:${networkOf(ip, 56)}`
}
