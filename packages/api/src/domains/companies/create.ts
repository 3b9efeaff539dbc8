import { companies, memberships, policies, policyVersions } from '@viva/db/schema'
import type { z } from 'zod'
import { type Company, DEFAULT_POLICY } from '../../contract/index.ts'
import type { companies as schemas } from '../../contract/schemas.ts'
import { audit } from '../../core/audit.ts'
import type { UserContext } from '../../core/context.ts'
import { AppError } from '../../core/errors.ts'
import { idempotent } from '../../core/idempotency.ts'
import type { RateLimit } from '../../core/ports.ts'
import { transaction } from '../../core/transaction.ts'
import { toCompany } from './internal.ts'

/** Companies that one user may make: a person needs one, and each costs rows for ever. */
const PER_USER: RateLimit = { name: 'companies.create', points: 20, seconds: 3600 }

/** Makes a company with the caller as its admin and version 1 of the standard policy. Guests have no companies. */
export async function create({
  ctx,
  input,
}: {
  ctx: UserContext
  input: z.output<typeof schemas.createCompanyInput>
}): Promise<Company> {
  if (ctx.actor.guest) throw new AppError('FORBIDDEN', 'Sign up to make a company.', {})
  const { userId } = ctx.actor
  const { name, idempotencyKey } = input
  await ctx.limiter.consume(PER_USER, `user:${userId}`)
  return transaction(ctx, (tx) =>
    idempotent(
      ctx,
      tx,
      { scope: `user:${userId}`, procedure: 'companies.create', key: idempotencyKey, input: { name } },
      async () => {
        const createdAt = ctx.clock.now()
        const company = { id: ctx.random.id(), name, aiDailyTokenCap: null, createdAt }
        const policyId = ctx.random.id()
        const owned = { companyId: company.id, createdAt }
        await tx.db.insert(companies).values(company)
        await tx.db.insert(memberships).values({ ...owned, userId, role: 'admin' })
        await tx.db
          .insert(policies)
          .values({ ...owned, id: policyId, name: 'Standard', latestVersion: 1, standard: true })
        await tx.db.insert(policyVersions).values({ ...owned, policyId, version: 1, rules: DEFAULT_POLICY })
        await audit(ctx, tx.db, { companyId: company.id, action: 'companies.create', target: company.id })
        return toCompany(company)
      },
    ),
  )
}
