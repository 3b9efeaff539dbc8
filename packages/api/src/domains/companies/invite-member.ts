import { invitations } from '@viva/db/schema'
import type { z } from 'zod'
import type { MemberInvitation } from '../../contract/index.ts'
import type { companies as schemas } from '../../contract/schemas.ts'
import { audit } from '../../core/audit.ts'
import type { CompanyContext } from '../../core/context.ts'
import { idempotent } from '../../core/idempotency.ts'
import { hashLinkToken, newLinkToken, openLinkToken, sealLinkToken } from '../../core/link-token.ts'
import { transaction } from '../../core/transaction.ts'
import { INVITATION_MS, lockMembers } from './internal.ts'

/**
 * Invites an address to the company. The token is in this answer alone, and in that of a replay, and stored as a hash;
 * only the account of that address can accept it, within seven days. Whether the address has an account is not told.
 *
 * @throws FORBIDDEN where the caller no longer manages the members; CONFLICT `link_not_recoverable`,
 *   IDEMPOTENCY_KEY_REUSED
 */
export async function inviteMember({
  ctx,
  input,
}: {
  ctx: CompanyContext
  input: z.output<typeof schemas.inviteMemberInput>
}): Promise<MemberInvitation> {
  const { companyId } = ctx.member
  const { email, role, idempotencyKey: key } = input
  const call = { scope: `user:${ctx.actor.userId}`, procedure: 'companies.inviteMember', key, input }
  const stored = await transaction(ctx, async (tx) => {
    // An admin who is removed at this moment would otherwise send one that the removal does not see.
    await lockMembers(ctx, tx)
    return idempotent(ctx, tx, call, async () => {
      const id = ctx.random.id()
      const token = newLinkToken(ctx)
      const createdAt = ctx.clock.now()
      const expiresAt = new Date(createdAt.getTime() + INVITATION_MS)
      await tx.db.insert(invitations).values({
        id,
        companyId,
        kind: 'member',
        email,
        role,
        tokenHash: hashLinkToken(token),
        createdBy: ctx.actor.userId,
        createdAt,
        expiresAt,
      })
      // Without the address: the audit log cannot be changed, and a person may ask to be forgotten.
      await audit(ctx, tx.db, {
        companyId,
        action: 'companies.inviteMember',
        target: id,
        details: { role },
      })
      return { id, sealed: sealLinkToken(ctx, id, token), expiresAt: expiresAt.toISOString() }
    })
  })
  const { id, sealed, expiresAt } = stored
  return { id, email, role, token: openLinkToken(ctx, id, sealed), expiresAt }
}
