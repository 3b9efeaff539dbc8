import { companies, memberships, users } from '@viva/db/schema'
import { asc, eq } from 'drizzle-orm'
import type { Me } from '../../contract/index.ts'
import type { UserContext } from '../../core/context.ts'
import { notFound } from '../../core/errors.ts'
import { toUser } from './internal.ts'

/** The caller, with the companies they belong to. */
export async function me({ ctx }: { ctx: UserContext }): Promise<Me> {
  const { userId } = ctx.actor
  const [user] = await ctx.db.drizzle.select().from(users).where(eq(users.id, userId))
  if (!user) throw notFound('user')
  const rows = await ctx.db.drizzle
    .select({ companyId: companies.id, companyName: companies.name, role: memberships.role })
    .from(memberships)
    .innerJoin(companies, eq(companies.id, memberships.companyId))
    .where(eq(memberships.userId, userId))
    .orderBy(asc(companies.id))
  return { ...toUser(user), memberships: rows }
}
