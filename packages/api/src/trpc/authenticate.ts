import { decodeProtectedHeader } from 'jose'
import { z } from 'zod'
import type { Permission, Role } from '../contract/index.ts'
import { roleHas } from '../contract/index.ts'
import type { SessionActor, UserActor } from '../core/actor.ts'
import { AppError, notFound } from '../core/errors.ts'
import { TOKEN_KINDS, type TokenKind, verifyToken } from '../core/tokens.ts'
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

const LOGGED_OUT = 'This device is logged out. Log in again.'

/** The user behind the access token, if their auth session still stands. */
export async function authenticateUser(ctx: TransportContext): Promise<UserActor> {
  const claims = await verifyToken(ctx, 'access', pickToken(ctx, 'access'))
  const [row] = await ctx.db.sql<{ guest: boolean }[]>`
    select u.guest from auth_sessions s join users u on u.id = s.user_id
    where s.id = ${claims.sid} and s.user_id = ${claims.sub} and s.revoked_at is null and u.disabled_at is null`
  if (!row) throw new AppError('UNAUTHENTICATED', LOGGED_OUT, {})
  return { kind: 'user', userId: claims.sub, authSessionId: claims.sid, guest: row.guest }
}

/** The user behind the access token with their role in `companyId`, in one query. */
export async function authenticateMember(
  ctx: TransportContext,
  companyId: string,
  permission: Permission,
): Promise<{ actor: UserActor; role: Role }> {
  const claims = await verifyToken(ctx, 'access', pickToken(ctx, 'access'))
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
  return { actor, role: row.role }
}

/** The candidate behind a scoped token, for the session that the call names. */
export async function authenticateSession(
  ctx: TransportContext,
  kind: Exclude<TokenKind, 'access' | 'upt'>,
  sessionId: string,
): Promise<SessionActor> {
  const claims = await verifyToken(ctx, kind, pickToken(ctx, kind))
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
export function idFrom(input: unknown, field: 'companyId' | 'sessionId'): string {
  const value = typeof input === 'object' && input !== null ? Reflect.get(input, field) : undefined
  const parsed = uuid.safeParse(value)
  if (!parsed.success) {
    throw new AppError('INVALID_INPUT', 'The input is not valid.', {
      issues: [{ path: field, message: 'must be a UUID' }],
    })
  }
  return parsed.data.toLowerCase()
}
