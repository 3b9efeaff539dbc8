import { invitations } from '@viva/db/schema'
import type { z } from 'zod'
import type { MemberInvitation } from '../../contract/index.ts'
import type { companies as schemas } from '../../contract/schemas.ts'
import { audit } from '../../core/audit.ts'
import type { CompanyContext } from '../../core/context.ts'
import { transaction } from '../../core/transaction.ts'
import { INVITATION_MS, lockMembers } from './internal.ts'
import { hashInvitationToken } from './invitation-token.ts'

const TOKEN_BYTES = 32

/**
 * Invites an address to the company. The token is answered this once and stored as a hash; only the account of that
 * address can accept it, within seven days. Whether the address has an account is not told.
 */
export async function inviteMember({
  ctx,
  input,
}: {
  ctx: CompanyContext
  input: z.output<typeof schemas.inviteMemberInput>
}): Promise<MemberInvitation> {
  const { companyId } = ctx.member
  const { email, role } = input
  const id = ctx.random.id()
  const token = Buffer.from(ctx.random.bytes(TOKEN_BYTES)).toString('base64url')
  const createdAt = ctx.clock.now()
  const expiresAt = new Date(createdAt.getTime() + INVITATION_MS)
  await transaction(ctx, async (tx) => {
    // An admin who is removed at this moment would otherwise send one that the removal does not see.
    await lockMembers(ctx, tx)
    await tx.db.insert(invitations).values({
      id,
      companyId,
      kind: 'member',
      email,
      role,
      tokenHash: hashInvitationToken(token),
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
  })
  return { id, email, role, token, expiresAt: expiresAt.toISOString() }
}
