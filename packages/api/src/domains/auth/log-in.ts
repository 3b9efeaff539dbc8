import { users } from '@viva/db/schema'
import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { AuthResult } from '../../contract/index.ts'
import type { auth } from '../../contract/schemas.ts'
import { audit } from '../../core/audit.ts'
import type { AppContext } from '../../core/context.ts'
import { AppError } from '../../core/errors.ts'
import { transaction } from '../../core/transaction.ts'
import { toUser } from './internal.ts'
import { emailAndIpKey, emailKey, LOG_IN_PER_EMAIL, LOG_IN_PER_EMAIL_AND_IP } from './limits.ts'
import { openAuthSession } from './open-auth-session.ts'

/**
 * Logs a device in. Whatever is wrong, account, password or a disabled user, the answer is the same, after one hash.
 * A try is counted before it is hashed, so that a hundred at once get no more tries than one after the other.
 */
export async function logIn({
  ctx,
  input,
}: {
  ctx: AppContext
  input: z.output<typeof auth.logInInput>
}): Promise<AuthResult> {
  const { email, password } = input
  const here = emailAndIpKey(email, ctx.request.ip)
  await ctx.limiter.consume(LOG_IN_PER_EMAIL_AND_IP, here)
  await ctx.limiter.consume(LOG_IN_PER_EMAIL, emailKey(email))

  const [user] = await ctx.db.drizzle.select().from(users).where(eq(users.email, email))
  // A lone surrogate would be hashed as U+FFFD: another password than the one that was sent.
  const stored = password.isWellFormed() ? (user?.passwordHash ?? null) : null
  const matches = await ctx.hasher.verify(stored, password.toWellFormed())
  if (!user || !matches || user.disabledAt) {
    throw new AppError('INVALID_CREDENTIALS', 'E-mail address and password do not belong together.', {})
  }

  await ctx.limiter.reset(LOG_IN_PER_EMAIL_AND_IP, here)
  await ctx.limiter.reset(LOG_IN_PER_EMAIL, emailKey(email))
  const tokens = await transaction(ctx, async (tx) => {
    const opened = await openAuthSession(ctx, tx.db, {
      userId: user.id,
      guest: user.guest,
      transport: input.refreshTransport,
    })
    const { authSessionId } = opened
    const actor = { kind: 'user' as const, userId: user.id, authSessionId, guest: user.guest }
    await audit({ ...ctx, actor }, tx.db, { companyId: null, action: 'auth.logIn', target: authSessionId })
    return opened
  })
  return { user: toUser(user), tokens }
}
