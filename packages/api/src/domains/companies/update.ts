import { companies } from '@viva/db/schema'
import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Company } from '../../contract/index.ts'
import type { companies as schemas } from '../../contract/schemas.ts'
import { audit } from '../../core/audit.ts'
import type { CompanyContext } from '../../core/context.ts'
import { notFound } from '../../core/errors.ts'
import { transaction } from '../../core/transaction.ts'
import { get } from './get.ts'
import { toCompany } from './internal.ts'

/** Changes what is given and leaves the rest. */
export async function update({
  ctx,
  input,
}: {
  ctx: CompanyContext
  input: z.output<typeof schemas.updateCompanyInput>
}): Promise<Company> {
  const { companyId } = ctx.member
  const { name, aiDailyTokenCap } = input
  const changes = {
    ...(name === undefined ? {} : { name }),
    ...(aiDailyTokenCap === undefined ? {} : { aiDailyTokenCap }),
  }
  if (Object.keys(changes).length === 0) return get({ ctx })
  return transaction(ctx, async (tx) => {
    const [row] = await tx.db.update(companies).set(changes).where(eq(companies.id, companyId)).returning()
    if (!row) throw notFound('company')
    await audit(ctx, tx.db, { companyId, action: 'companies.update', target: companyId, details: changes })
    return toCompany(row)
  })
}
