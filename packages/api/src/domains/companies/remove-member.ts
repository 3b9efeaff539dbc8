import { memberships } from '@viva/db/schema'
import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { companies as schemas } from '../../contract/schemas.ts'
import { audit } from '../../core/audit.ts'
import type { CompanyContext } from '../../core/context.ts'
import { transaction } from '../../core/transaction.ts'
import { endInvitations, lockRoles, requireAnotherAdmin } from './internal.ts'

/**
 * Takes a member out of the company; also how an admin leaves it. Roles are read on every call, so tokens that are
 * still out reach nothing of the company from then on. Invitations that the member has sent or not used yet end too:
 * nobody leaves a door open for themselves.
 *
 * @throws CONFLICT where it would leave the company without an admin; NOT_FOUND where the user is no member
 */
export async function removeMember({
  ctx,
  input,
}: {
  ctx: CompanyContext
  input: z.output<typeof schemas.removeMemberInput>
}): Promise<null> {
  const { companyId } = ctx.member
  const { userId } = input
  await transaction(ctx, async (tx) => {
    const role = await lockRoles(ctx, tx, userId)
    if (role === 'admin') await requireAnotherAdmin(tx, companyId, userId)
    await endInvitations(tx, { companyId, userId, received: true })
    await tx.db
      .delete(memberships)
      .where(and(eq(memberships.companyId, companyId), eq(memberships.userId, userId)))
    await audit(ctx, tx.db, {
      companyId,
      action: 'companies.removeMember',
      target: userId,
      details: { role },
    })
  })
  return null
}
