import { authSessions, type users } from '@viva/db/schema'
import { and, eq, isNull, type SQL } from 'drizzle-orm'
import type { AuthTokens, User } from '../../contract/index.ts'
import type { AppContext } from '../../core/context.ts'
import { AppError } from '../../core/errors.ts'
import { mintToken } from '../../core/tokens.ts'
import type { Transaction } from '../../core/transaction.ts'

/** Where a device's refresh token travels. */
export type RefreshTransport = 'cookie' | 'body'

type UserRow = Pick<typeof users.$inferSelect, 'id' | 'email' | 'name' | 'guest' | 'createdAt'>

/** A user as the API shows them. */
export function toUser(row: UserRow): User {
  const { id, email, name, guest, createdAt } = row
  return { id, email, name, guest, createdAt: createdAt.toISOString() }
}

/** The one answer to a refresh token that is not good, whatever the reason. */
export function loggedOut(): AppError<'UNAUTHENTICATED'> {
  return new AppError('UNAUTHENTICATED', 'This device is logged out. Log in again.', {})
}

/** Mints the access token of a device, and puts the refresh token where this device keeps it. */
export async function handOut(
  ctx: AppContext,
  device: {
    authSessionId: string
    userId: string
    guest: boolean
    transport: RefreshTransport
    refreshToken: string
    absoluteExpiresAt: Date
  },
): Promise<AuthTokens> {
  const { authSessionId, userId, guest, transport, refreshToken, absoluteExpiresAt } = device
  const claims = { sub: userId, sid: authSessionId, guest }
  const access = await mintToken(ctx, 'access', claims, absoluteExpiresAt)
  if (transport === 'cookie') {
    const secondsLeft = Math.floor((absoluteExpiresAt.getTime() - ctx.clock.now().getTime()) / 1000)
    ctx.request.setRefreshCookie(refreshToken, secondsLeft)
  }
  return {
    accessToken: access.token,
    accessExpiresAt: access.expiresAt.toISOString(),
    refreshToken: transport === 'cookie' ? null : refreshToken,
    authSessionId,
  }
}

/** Revokes the auth sessions that match and still stand, and closes their sockets once committed. */
export async function revokeAuthSessions(
  ctx: AppContext,
  tx: Transaction,
  revocation: { where: SQL | undefined; reason: string },
): Promise<string[]> {
  const rows = await tx.db
    .update(authSessions)
    .set({ revokedAt: ctx.clock.now(), revokeReason: revocation.reason, successorBox: null })
    .where(and(revocation.where, isNull(authSessions.revokedAt)))
    .returning({ id: authSessions.id })
  for (const { id } of rows) tx.poke(`auth:${id}`, 1)
  return rows.map(({ id }) => id)
}

/** One device of one user. */
export function deviceOf(userId: string, authSessionId: string): SQL | undefined {
  return and(eq(authSessions.id, authSessionId), eq(authSessions.userId, userId))
}
