import { memberships } from '@viva/db/schema'
import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import { roleHas } from '../../contract/index.ts'
import type { companies as schemas } from '../../contract/schemas.ts'
import { audit } from '../../core/audit.ts'
import type { CompanyContext } from '../../core/context.ts'
import { transaction } from '../../core/transaction.ts'
import { endInvitations, lockRoles, requireAnotherAdmin } from './internal.ts'

/**
 * Gives a member another role, from their next call on. Who may not manage members any more has no invitations out
 * either.
 *
 * @throws CONFLICT where it would leave the company without an admin; NOT_FOUND where the user is no member
 */
export async function changeRole({
  ctx,
  input,
}: {
  ctx: CompanyContext
  input: z.output<typeof schemas.changeRoleInput>
}): Promise<null> {
  const { companyId } = ctx.member
  const { userId, role } = input
  await transaction(ctx, async (tx) => {
    const before = await lockRoles(ctx, tx, userId)
    if (before === role) return
    if (before === 'admin') await requireAnotherAdmin(tx, companyId, userId)
    if (!roleHas(role, 'members.manage')) await endInvitations(tx, { companyId, userId, received: false })
    await tx.db
      .update(memberships)
      .set({ role })
      .where(and(eq(memberships.companyId, companyId), eq(memberships.userId, userId)))
    await audit(ctx, tx.db, {
      companyId,
      action: 'companies.changeRole',
      target: userId,
      details: { from: before, to: role },
    })
  })
  return null
}
