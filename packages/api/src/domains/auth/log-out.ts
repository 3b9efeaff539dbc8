import { authSessions } from '@viva/db/schema'
import { eq, or } from 'drizzle-orm'
import { audit } from '../../core/audit.ts'
import type { AppContext } from '../../core/context.ts'
import { transaction } from '../../core/transaction.ts'
import { deviceOf, loggedOut, revokeAuthSessions } from './internal.ts'
import { readRefreshToken } from './refresh-token.ts'

/**
 * Logs out the device of the call: the one of its access token, of its refresh cookie, or both. Its tokens of every
 * kind stop working at once and its sockets close.
 *
 * @throws UNAUTHENTICATED where the call comes with neither
 */
export async function logOut({ ctx }: { ctx: AppContext; input: object }): Promise<null> {
  const cookie = ctx.request.refreshCookie
  const presented = cookie === null ? null : readRefreshToken(cookie)
  const user = ctx.actor.kind === 'user' ? ctx.actor : null
  if (cookie !== null) ctx.request.setRefreshCookie(null, 0)
  if (!user && !presented) throw loggedOut()
  await transaction(ctx, async (tx) => {
    const where = or(
      user ? deviceOf(user.userId, user.authSessionId) : undefined,
      presented ? eq(authSessions.familyHash, presented.familyHash) : undefined,
    )
    const revoked = await revokeAuthSessions(ctx, tx, { where, reason: 'logged_out' })
    for (const target of revoked) await audit(ctx, tx.db, { companyId: null, action: 'auth.logOut', target })
  })
  return null
}
