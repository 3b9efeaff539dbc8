import type { SessionTokens } from '@viva/api/contract'
import type { ScopedToken } from './procedure-tokens.ts'
import { renewAt, singleFlight } from './timing.ts'

/** The scoped tokens of one session, fresh whenever they are asked for. */
export interface ScopedTokens {
  get(kind: ScopedToken): Promise<string>
  /** The server refused this token: all of them are renewed before the next use. */
  reject(token: string): void
  /** Takes tokens that came with a grant. */
  adopt(tokens: SessionTokens): void
}

/** @param fetchTokens asks the server, in the name of the user who is signed in */
export function createScopedTokens(fetchTokens: () => Promise<SessionTokens>): ScopedTokens {
  let held: { tokens: SessionTokens; renewAt: number } | null = null
  const adopt = (tokens: SessionTokens): void => {
    held = { tokens, renewAt: renewAt(tokens.expiresAt) }
  }
  const renew = singleFlight(async () => {
    const tokens = await fetchTokens()
    adopt(tokens)
    return tokens
  })
  return {
    async get(kind) {
      const tokens = held !== null && held.renewAt > Date.now() ? held.tokens : await renew()
      return tokens[kind]
    },
    reject(token) {
      if (held !== null && Object.values(held.tokens).includes(token)) held = null
    },
    adopt,
  }
}
