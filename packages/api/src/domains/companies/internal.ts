import { companies, invitations, memberships, users } from '@viva/db/schema'
import { and, eq, isNull, ne, or, sql } from 'drizzle-orm'
import { type Company, type Role, roleHas } from '../../contract/index.ts'
import type { CompanyContext } from '../../core/context.ts'
import { AppError, notFound } from '../../core/errors.ts'
import type { Transaction } from '../../core/transaction.ts'

/** How long an invitation of a member may be accepted. */
export const INVITATION_MS = 7 * 24 * 60 * 60 * 1000

/** A company as the API shows it. */
export function toCompany(row: typeof companies.$inferSelect): Company {
  const { id, name, aiDailyTokenCap, createdAt } = row
  return { id, name, aiDailyTokenCap, createdAt: createdAt.toISOString() }
}

/**
 * Takes the lock under which a company's roles change. Changes wait for each other here: without it, two admins who
 * demote each other at once would leave a company without any. The caller's own role is read again, as it may have
 * changed while waiting.
 *
 * @throws FORBIDDEN where the caller no longer manages the members
 */
export async function lockMembers(ctx: CompanyContext, tx: Transaction): Promise<void> {
  const { companyId } = ctx.member
  // Not FOR UPDATE: that would also stop every insert of a row that refers to the company.
  await tx.db
    .select({ id: companies.id })
    .from(companies)
    .where(eq(companies.id, companyId))
    .for('no key update')
  const caller = await roleOf(tx, companyId, ctx.actor.userId)
  if (caller === null || !roleHas(caller, 'members.manage')) {
    throw new AppError('FORBIDDEN', 'You do not manage the members of this company any more.', {
      permission: 'members.manage',
    })
  }
}

/**
 * Takes the lock of `lockMembers` and gives the role of one member.
 *
 * @throws NOT_FOUND where `userId` is no member, FORBIDDEN where the caller no longer manages the members
 */
export async function lockRoles(ctx: CompanyContext, tx: Transaction, userId: string): Promise<Role> {
  await lockMembers(ctx, tx)
  const role = await roleOf(tx, ctx.member.companyId, userId)
  if (role === null) throw notFound('member')
  return role
}

async function roleOf(tx: Transaction, companyId: string, userId: string): Promise<Role | null> {
  const [row] = await tx.db
    .select({ role: memberships.role })
    .from(memberships)
    .where(and(eq(memberships.companyId, companyId), eq(memberships.userId, userId)))
  return row?.role ?? null
}

/**
 * Ends the invitations through which a member could undo that they lost a right: those that they have sent, and with
 * `received` those to their own address. Call it under `lockMembers` and before the membership changes, so that one that
 * is being accepted meanwhile either comes first or finds the link over.
 */
export async function endInvitations(
  tx: Transaction,
  of: { companyId: string; userId: string; received: boolean },
): Promise<void> {
  const own = sql`(select ${users.email} from ${users} where ${users.id} = ${of.userId})`
  await tx.db
    .update(invitations)
    // In the past for every clock, also that of an acceptance which has read it before it waited for this row.
    .set({ expiresAt: sql`${invitations.createdAt}` })
    .where(
      and(
        eq(invitations.companyId, of.companyId),
        eq(invitations.kind, 'member'),
        isNull(invitations.claimedAt),
        or(eq(invitations.createdBy, of.userId), of.received ? eq(invitations.email, own) : undefined),
      ),
    )
}

/** @throws CONFLICT where nobody but `userId` is an admin. Call it under `lockRoles`. */
export async function requireAnotherAdmin(tx: Transaction, companyId: string, userId: string): Promise<void> {
  const [other] = await tx.db
    .select({ userId: memberships.userId })
    .from(memberships)
    .where(
      and(
        eq(memberships.companyId, companyId),
        eq(memberships.role, 'admin'),
        ne(memberships.userId, userId),
      ),
    )
    .limit(1)
  if (other) return
  throw new AppError('CONFLICT', 'A company needs an admin. Make somebody else an admin first.', {
    reason: 'last_admin',
  })
}
