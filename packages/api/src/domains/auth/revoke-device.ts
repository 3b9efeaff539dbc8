import type { z } from 'zod'
import type { auth } from '../../contract/schemas.ts'
import { audit } from '../../core/audit.ts'
import type { UserContext } from '../../core/context.ts'
import { notFound } from '../../core/errors.ts'
import { transaction } from '../../core/transaction.ts'
import { deviceOf, revokeAuthSessions } from './internal.ts'

/**
 * Logs out one device of the caller.
 *
 * @throws NOT_FOUND where it is logged out already, does not exist, or is another user's: all look alike
 */
export async function revokeDevice({
  ctx,
  input,
}: {
  ctx: UserContext
  input: z.output<typeof auth.revokeDeviceInput>
}): Promise<null> {
  const target = input.authSessionId
  await transaction(ctx, async (tx) => {
    const where = deviceOf(ctx.actor.userId, target)
    const revoked = await revokeAuthSessions(ctx, tx, { where, reason: 'revoked' })
    if (revoked.length === 0) throw notFound('device')
    await audit(ctx, tx.db, { companyId: null, action: 'auth.revokeDevice', target })
  })
  return null
}
