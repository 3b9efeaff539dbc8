import { users } from '@viva/db/schema'
import type { z } from 'zod'
import type { SignUpReceipt } from '../../contract/index.ts'
import type { auth } from '../../contract/schemas.ts'
import { audit } from '../../core/audit.ts'
import type { AppContext } from '../../core/context.ts'
import { transaction } from '../../core/transaction.ts'
import { emailKey, SIGN_UP_PER_EMAIL } from './limits.ts'

/**
 * Makes an account. A new and a known address get the same answer for the same work, one hash and the same writes, so
 * that neither the answer nor its time tells who has an account; a known address keeps its password.
 */
export async function signUp({
  ctx,
  input,
}: {
  ctx: AppContext
  input: z.output<typeof auth.signUpInput>
}): Promise<SignUpReceipt> {
  await ctx.limiter.consume(SIGN_UP_PER_EMAIL, emailKey(input.email))
  const passwordHash = await ctx.hasher.hash(input.password)
  await transaction(ctx, async (tx) => {
    const id = ctx.random.id()
    const made = await tx.db
      .insert(users)
      .values({ id, email: input.email, name: input.name, passwordHash, createdAt: ctx.clock.now() })
      .onConflictDoNothing()
      .returning({ id: users.id })
    await audit(ctx, tx.db, {
      companyId: null,
      action: 'auth.signUp',
      target: id,
      details: { created: made.length > 0 },
    })
  })
  return { accepted: true }
}
