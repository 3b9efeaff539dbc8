import { decodeProtectedHeader } from 'jose'
import type { AppContext } from './context.ts'
import { isAppError } from './errors.ts'
import { TOKEN_KINDS, type TokenKind, verifyToken } from './tokens.ts'

/** What a connection must know of a token that it was opened with. */
export interface TokenFacts {
  kind: TokenKind
  /** The auth session behind it: revoked, the connection closes. */
  authSessionId: string
  expiresAt: Date
}

/**
 * Verifies a token of any kind, for transports that close long connections when their tokens are over. Null for
 * everything that is not a valid token of ours, `expired` for one that was.
 */
export async function inspectToken(
  ctx: Pick<AppContext, 'keys' | 'clock' | 'config'>,
  token: string,
): Promise<TokenFacts | 'expired' | null> {
  const kind = kindOf(token)
  if (kind === null) return null
  try {
    const { sid, exp } = await verifyToken(ctx, kind, token)
    return { kind, authSessionId: sid, expiresAt: new Date(exp * 1000) }
  } catch (error) {
    if (isAppError(error, 'TOKEN_EXPIRED')) return 'expired'
    if (isAppError(error, 'UNAUTHENTICATED')) return null
    throw error
  }
}

const KINDS = Object.keys(TOKEN_KINDS).filter((name): name is TokenKind => Object.hasOwn(TOKEN_KINDS, name))

function kindOf(token: string): TokenKind | null {
  try {
    const { typ } = decodeProtectedHeader(token)
    return KINDS.find((kind) => TOKEN_KINDS[kind].typ === typ) ?? null
  } catch {
    return null
  }
}
