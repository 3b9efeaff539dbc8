import { memberships, users } from '@viva/db/schema'
import { asc, eq } from 'drizzle-orm'
import type { Member } from '../../contract/index.ts'
import type { CompanyContext } from '../../core/context.ts'

/** The members of the company, those who joined first at the top. */
export async function members({ ctx }: { ctx: CompanyContext }): Promise<Member[]> {
  const rows = await ctx.db.drizzle
    .select({
      userId: users.id,
      name: users.name,
      email: users.email,
      role: memberships.role,
      joinedAt: memberships.createdAt,
    })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(eq(memberships.companyId, ctx.member.companyId))
    .orderBy(asc(memberships.createdAt), asc(users.id))
  return rows.map((row) => ({ ...row, joinedAt: row.joinedAt.toISOString() }))
}
