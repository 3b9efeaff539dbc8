import { companies, invitations, memberships, users } from '@viva/db/schema'
import { and, eq, gt, isNull, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { Me } from '../../contract/index.ts'
import type { companies as schemas } from '../../contract/schemas.ts'
import { audit } from '../../core/audit.ts'
import type { UserContext } from '../../core/context.ts'
import { AppError } from '../../core/errors.ts'
import { idempotent } from '../../core/idempotency.ts'
import { hashLinkToken } from '../../core/link-token.ts'
import { transaction } from '../../core/transaction.ts'

/**
 * Makes the caller a member. Only the account of the invited address can accept, once, in time; who is a member already
 * keeps their role.
 *
 * @throws LINK_INVALID where the link is used up, over, unknown or another address's: all look alike;
 *   IDEMPOTENCY_KEY_REUSED
 */
export async function acceptInvitation({
  ctx,
  input,
}: {
  ctx: UserContext
  input: z.output<typeof schemas.acceptMemberInvitationInput>
}): Promise<Me['memberships'][number]> {
  const { userId } = ctx.actor
  const { token, idempotencyKey: key } = input
  const call = { scope: `user:${userId}`, procedure: 'companies.acceptInvitation', key, input }
  const now = ctx.clock.now()
  return transaction(ctx, (tx) =>
    idempotent(ctx, tx, call, async () => {
      // One conditional write: of two that accept at once, the second finds the link used.
      const [claimed] = await tx.db
        .update(invitations)
        .set({ claimedAt: now, claimedBy: userId })
        .where(
          and(
            eq(invitations.tokenHash, hashLinkToken(token)),
            eq(invitations.kind, 'member'),
            isNull(invitations.claimedAt),
            gt(invitations.expiresAt, now),
            eq(invitations.email, sql`(select ${users.email} from ${users} where ${users.id} = ${userId})`),
          ),
        )
        .returning()
      if (!claimed?.role) {
        throw new AppError(
          'LINK_INVALID',
          'This link is used, over, or meant for another address. Ask for a new one.',
          {},
        )
      }
      const { companyId, role } = claimed
      await tx.db
        .insert(memberships)
        .values({ companyId, userId, role, createdAt: now })
        .onConflictDoNothing()
      await audit(ctx, tx.db, {
        companyId,
        action: 'companies.acceptInvitation',
        target: claimed.id,
        details: { userId, role },
      })
      const [membership] = await tx.db
        .select({ companyId: companies.id, companyName: companies.name, role: memberships.role })
        .from(memberships)
        .innerJoin(companies, eq(companies.id, memberships.companyId))
        .where(and(eq(memberships.companyId, companyId), eq(memberships.userId, userId)))
      if (!membership) throw new Error('The membership that was just made is not there')
      return membership
    }),
  )
}
