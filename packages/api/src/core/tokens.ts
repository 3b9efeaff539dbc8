import { errors, jwtVerify, SignJWT } from 'jose'
import type { SessionTokenKind } from './actor.ts'
import type { AppContext } from './context.ts'
import { AppError } from './errors.ts'

/** Every kind of signed token: what it is for, and how long it lives in seconds. */
export const TOKEN_KINDS = {
  access: { typ: 'viva-access+jwt', aud: 'viva:user', scope: ['user'], seconds: 600 },
  ist: { typ: 'viva-ist+jwt', aud: 'viva:session', scope: ['session'], seconds: 900 },
  wst: { typ: 'viva-wst+jwt', aud: 'viva:events', scope: ['events:read'], seconds: 900 },
  aipt: { typ: 'viva-aipt+jwt', aud: 'viva:ai', scope: ['runs:read'], seconds: 900 },
  acet: { typ: 'viva-acet+jwt', aud: 'viva:signals', scope: ['signals:write'], seconds: 900 },
  upt: { typ: 'viva-upt+jwt', aud: 'viva:upload', scope: ['upload:write'], seconds: 900 },
} as const satisfies Record<
  'access' | SessionTokenKind,
  { typ: string; aud: string; scope: string[]; seconds: number }
>

export type TokenKind = keyof typeof TOKEN_KINDS

interface AccessClaims {
  sub: string
  /** The auth session: revoking it revokes the token. */
  sid: string
  guest: boolean
}

interface SessionClaims {
  sub: string
  sid: string
  sessionId: string
  companyId: string
}

interface UploadClaims extends SessionClaims {
  mediaId: string
}

/** The claims of each kind, beside those that every token carries. */
export interface TokenClaims {
  access: AccessClaims
  ist: SessionClaims
  wst: SessionClaims
  aipt: SessionClaims
  acet: SessionClaims
  upt: UploadClaims
}

export interface MintedToken {
  token: string
  expiresAt: Date
}

/**
 * Signs a token with the active key (RFC 7519, RFC 8725: explicit `typ`, one audience each).
 *
 * @param notAfter the token never outlives this, whatever its kind allows
 */
export async function mintToken<Kind extends TokenKind>(
  ctx: Pick<AppContext, 'keys' | 'clock' | 'random' | 'config'>,
  kind: Kind,
  claims: TokenClaims[Kind],
  notAfter?: Date,
): Promise<MintedToken> {
  const { typ, aud, scope, seconds } = TOKEN_KINDS[kind]
  const { kid, privateKey } = await ctx.keys.signer()
  const issuedAt = Math.floor(ctx.clock.now().getTime() / 1000)
  const latest = notAfter ? Math.floor(notAfter.getTime() / 1000) : Number.POSITIVE_INFINITY
  const expires = Math.min(issuedAt + seconds, latest)
  const token = await new SignJWT({ ...claims, scope })
    .setProtectedHeader({ alg: 'EdDSA', typ, kid })
    .setIssuer(ctx.config.publicUrl)
    .setAudience(aud)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expires)
    .setJti(ctx.random.id())
    .sign(privateKey)
  return { token, expiresAt: new Date(expires * 1000) }
}

export type VerifiedToken<Kind extends TokenKind> = TokenClaims[Kind] & { jti: string; exp: number }

const REQUIRED: Record<TokenKind, readonly string[]> = {
  access: ['sub', 'sid', 'guest'],
  ist: ['sub', 'sid', 'sessionId', 'companyId'],
  wst: ['sub', 'sid', 'sessionId', 'companyId'],
  aipt: ['sub', 'sid', 'sessionId', 'companyId'],
  acet: ['sub', 'sid', 'sessionId', 'companyId'],
  upt: ['sub', 'sid', 'sessionId', 'companyId', 'mediaId'],
}

/**
 * Verifies a token of one kind: fixed algorithm, issuer, audience, `typ`, required claims, the scope of its kind, and
 * no issue time in the future. Keys come from the ring by `kid` alone; keys inside the token are never looked at.
 *
 * @throws TOKEN_EXPIRED where its time is over, UNAUTHENTICATED for every other reason
 */
export async function verifyToken<Kind extends TokenKind>(
  ctx: Pick<AppContext, 'keys' | 'clock' | 'config'>,
  kind: Kind,
  token: string,
): Promise<VerifiedToken<Kind>> {
  const { typ, aud, scope } = TOKEN_KINDS[kind]
  const now = ctx.clock.now()
  try {
    const { payload } = await jwtVerify<TokenClaims[Kind] & { jti: string; exp: number }>(
      token,
      async (header) => {
        const key = typeof header.kid === 'string' ? await ctx.keys.find(header.kid) : null
        if (!key) throw new errors.JWKSNoMatchingKey()
        return key
      },
      {
        algorithms: ['EdDSA'],
        issuer: ctx.config.publicUrl,
        audience: aud,
        typ,
        requiredClaims: ['exp', 'iat', 'jti', ...REQUIRED[kind]],
        currentDate: now,
        clockTolerance: 0,
      },
    )
    const inFuture = typeof payload.iat !== 'number' || payload.iat * 1000 > now.getTime() + 5000
    const granted = payload['scope']
    const scoped = Array.isArray(granted) && scope.every((name) => granted.includes(name))
    if (inFuture || !scoped || Array.isArray(payload.aud)) throw new errors.JWTInvalid('claims')
    return payload
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      throw new AppError(
        'TOKEN_EXPIRED',
        'The token has expired. Refresh it and try again.',
        {},
        { cause: error },
      )
    }
    if (error instanceof errors.JOSEError || error instanceof TypeError) {
      throw new AppError(
        'UNAUTHENTICATED',
        'The token is not valid here. Log in again.',
        {},
        { cause: error },
      )
    }
    throw error
  }
}
