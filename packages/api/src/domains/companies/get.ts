import { companies } from '@viva/db/schema'
import { eq } from 'drizzle-orm'
import type { Company } from '../../contract/index.ts'
import type { CompanyContext } from '../../core/context.ts'
import { notFound } from '../../core/errors.ts'
import { toCompany } from './internal.ts'

/** The company of the call. */
export async function get({ ctx }: { ctx: CompanyContext }): Promise<Company> {
  const [row] = await ctx.db.drizzle.select().from(companies).where(eq(companies.id, ctx.member.companyId))
  if (!row) throw notFound('company')
  return toCompany(row)
}
