import { policies, policyVersions } from '@viva/db/schema'
import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Policy } from '../../contract/index.ts'
import type { revisePolicyInput } from '../../contract/schemas/proctoring.ts'
import { audit } from '../../core/audit.ts'
import type { CompanyContext } from '../../core/context.ts'
import { AppError, notFound } from '../../core/errors.ts'
import { idempotent } from '../../core/idempotency.ts'
import { transaction } from '../../core/transaction.ts'
import { toPolicy } from './internal.ts'

/**
 * Gives a policy a new version. Versions never change, so strikes stay explainable and sessions keep the version they
 * began with.
 *
 * @throws NOT_FOUND, CONFLICT where somebody made a version since `baseVersion`, IDEMPOTENCY_KEY_REUSED
 */
export function revisePolicy({
  ctx,
  input,
}: {
  ctx: CompanyContext
  input: z.output<typeof revisePolicyInput>
}): Promise<Policy> {
  const { companyId } = ctx.member
  const { userId } = ctx.actor
  const { policyId, baseVersion, rules, idempotencyKey: key } = input
  const call = { scope: `user:${userId}`, procedure: 'proctoring.revisePolicy', key, input }
  const own = and(eq(policies.id, policyId), eq(policies.companyId, companyId))
  return transaction(ctx, (tx) =>
    idempotent(ctx, tx, call, async () => {
      const version = baseVersion + 1
      // The condition on the version makes one of two editors at once lose.
      const [policy] = await tx.db
        .update(policies)
        .set({ latestVersion: version })
        .where(and(own, eq(policies.latestVersion, baseVersion)))
        .returning()
      if (!policy) {
        const [existing] = await tx.db
          .select({ latestVersion: policies.latestVersion })
          .from(policies)
          .where(own)
        if (!existing) throw notFound('policy')
        throw new AppError(
          'CONFLICT',
          `The policy is at version ${existing.latestVersion}, not ${baseVersion}. Load it again and repeat your change.`,
          { reason: 'version' },
        )
      }
      await tx.db.insert(policyVersions).values({
        policyId,
        version,
        companyId,
        rules,
        createdBy: userId,
        createdAt: ctx.clock.now(),
      })
      await audit(ctx, tx.db, {
        companyId,
        action: 'proctoring.revisePolicy',
        target: policyId,
        details: { version },
      })
      return toPolicy(policy, rules)
    }),
  )
}
