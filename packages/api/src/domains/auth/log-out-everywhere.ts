import { authSessions } from '@viva/db/schema'
import { eq } from 'drizzle-orm'
import { audit } from '../../core/audit.ts'
import type { UserContext } from '../../core/context.ts'
import { transaction } from '../../core/transaction.ts'
import { revokeAuthSessions } from './internal.ts'

/** Logs out every device of the caller, this one included. Their tokens of every kind stop working at once. */
export async function logOutEverywhere({ ctx }: { ctx: UserContext }): Promise<null> {
  const { userId } = ctx.actor
  await transaction(ctx, async (tx) => {
    const where = eq(authSessions.userId, userId)
    const revoked = await revokeAuthSessions(ctx, tx, { where, reason: 'logged_out_everywhere' })
    await audit(ctx, tx.db, {
      companyId: null,
      action: 'auth.logOutEverywhere',
      target: userId,
      details: { devices: revoked.length },
    })
  })
  if (ctx.request.refreshCookie !== null) ctx.request.setRefreshCookie(null, 0)
  return null
}
