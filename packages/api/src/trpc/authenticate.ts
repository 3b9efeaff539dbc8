import { decodeProtectedHeader } from 'jose'
import { z } from 'zod'
import type { Permission, Role } from '../contract/index.ts'
import { roleHas } from '../contract/index.ts'
import type { Membership, SessionActor, UserActor } from '../core/actor.ts'
import { AppError, isAppError, notFound } from '../core/errors.ts'
import type { RateLimit } from '../core/ports.ts'
import { TOKEN_KINDS, type TokenKind, type VerifiedToken, verifyToken } from '../core/tokens.ts'
import type { TransportContext } from './context.ts'

/**
 * The token of one kind among those a call came with. With a single token its kind is not looked at here, so that
 * verification gives its own verdict on a token of the wrong kind.
 */
function pickToken(ctx: TransportContext, kind: TokenKind): string {
  const [only, ...others] = ctx.tokens
  if (only === undefined) throw new AppError('UNAUTHENTICATED', 'Log in first.', {})
  if (others.length === 0) return only
  const found = ctx.tokens.find((token) => {
    try {
      return decodeProtectedHeader(token).typ === TOKEN_KINDS[kind].typ
    } catch {
      return false
    }
  })
  if (found === undefined) throw new AppError('UNAUTHENTICATED', 'None of the tokens is meant for this.', {})
  return found
}

/** Calls from one address whose token is refused: a school whose browsers all wake with expired ones stays below. */
const REFUSED_PER_ADDRESS: RateLimit = { name: 'refused', points: 1200, seconds: 60 }

/**
 * Verifies the token that a call came with and spends from its holder's budget, before anything else is asked: a call that
 * is refused later costs the server no less than one that is answered. Where the token itself is refused nobody is known,
 * and the address pays.
 */
async function verifyCaller<Kind extends TokenKind>(
  ctx: TransportContext,
  kind: Kind,
  spend: (claims: VerifiedToken<Kind>) => Promise<void>,
): Promise<VerifiedToken<Kind>> {
  let claims: VerifiedToken<Kind>
  try {
    claims = await verifyToken(ctx, kind, pickToken(ctx, kind))
  } catch (error) {
    if (isAppError(error)) await ctx.limiter.consume(REFUSED_PER_ADDRESS, ctx.request.ip)
    throw error
  }
  await spend(claims)
  return claims
}

/** The claims of the access token, once its user has paid for the call. */
function verifyUser(ctx: TransportContext, limit: RateLimit): Promise<VerifiedToken<'access'>> {
  return verifyCaller(ctx, 'access', ({ sub }) => ctx.limiter.consume(limit, `user:${sub}`))
}

const LOGGED_OUT = 'This device is logged out. Log in again.'

/** The user behind the access token, if their auth session still stands. */
export async function authenticateUser(ctx: TransportContext, limit: RateLimit): Promise<UserActor> {
  const claims = await verifyUser(ctx, limit)
  const [row] = await ctx.db.sql<{ guest: boolean }[]>`
    select u.guest from auth_sessions s join users u on u.id = s.user_id
    where s.id = ${claims.sid} and s.user_id = ${claims.sub} and s.revoked_at is null and u.disabled_at is null`
  if (!row) throw new AppError('UNAUTHENTICATED', LOGGED_OUT, {})
  return { kind: 'user', userId: claims.sub, authSessionId: claims.sid, guest: row.guest }
}

/** The user behind the access token with their role in the company that the call names, in one query. */
export async function authenticateMember(
  ctx: TransportContext,
  input: unknown,
  permission: Permission,
  limit: RateLimit,
): Promise<{ actor: UserActor; member: Membership }> {
  const claims = await verifyUser(ctx, limit)
  const companyId = idFrom(input, 'companyId')
  const [row] = await ctx.db.sql<{ guest: boolean; role: Role | null }[]>`
    select u.guest, m.role from auth_sessions s
    join users u on u.id = s.user_id
    left join memberships m on m.user_id = u.id and m.company_id = ${companyId}
    where s.id = ${claims.sid} and s.user_id = ${claims.sub} and s.revoked_at is null and u.disabled_at is null`
  if (!row) throw new AppError('UNAUTHENTICATED', LOGGED_OUT, {})
  // To a stranger a company that exists looks like one that does not.
  if (row.role === null) throw notFound('company')
  if (!roleHas(row.role, permission)) {
    throw new AppError('FORBIDDEN', `Your role lacks the permission ${permission}.`, { permission })
  }
  const actor: UserActor = { kind: 'user', userId: claims.sub, authSessionId: claims.sid, guest: row.guest }
  return { actor, member: { companyId, role: row.role } }
}

/** The candidate behind a scoped token, for the session that the call names. */
export async function authenticateSession(
  ctx: TransportContext,
  kind: Exclude<TokenKind, 'access' | 'upt'>,
  input: unknown,
  limit: RateLimit,
): Promise<SessionActor> {
  const claims = await verifyCaller(ctx, kind, (of) => ctx.limiter.consume(limit, `session:${of.sessionId}`))
  const sessionId = idFrom(input, 'sessionId')
  if (claims.sessionId !== sessionId) {
    throw new AppError('FORBIDDEN', 'The token belongs to another session.', {})
  }
  // Minted from an access token, which ends with the device's time; this one has a life of its own, so ask again.
  const [row] = await ctx.db.sql`
    select 1 from auth_sessions s join users u on u.id = s.user_id
    where s.id = ${claims.sid} and s.user_id = ${claims.sub} and s.revoked_at is null and u.disabled_at is null
      and s.absolute_expires_at > ${ctx.clock.now()}`
  if (!row) throw new AppError('UNAUTHENTICATED', LOGGED_OUT, {})
  return {
    kind: 'session',
    token: kind,
    sessionId,
    companyId: claims.companyId,
    candidateId: claims.sub,
    authSessionId: claims.sid,
  }
}

const uuid = z.uuid()

/** Reads an id from input that no schema has seen yet. */
function idFrom(input: unknown, field: 'companyId' | 'sessionId'): string {
  const value = typeof input === 'object' && input !== null ? Reflect.get(input, field) : undefined
  const parsed = uuid.safeParse(value)
  if (!parsed.success) {
    throw new AppError('INVALID_INPUT', 'The input is not valid.', {
      issues: [{ path: field, message: 'must be a UUID' }],
    })
  }
  return parsed.data.toLowerCase()
}
