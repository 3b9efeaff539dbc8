import { policies, policyVersions } from '@viva/db/schema'
import type { z } from 'zod'
import type { Policy } from '../../contract/index.ts'
import type { createPolicyInput } from '../../contract/schemas/proctoring.ts'
import { audit } from '../../core/audit.ts'
import type { CompanyContext } from '../../core/context.ts'
import { idempotent } from '../../core/idempotency.ts'
import { transaction } from '../../core/transaction.ts'
import { toPolicy } from './internal.ts'

/** Makes a policy with its first version. Sessions get it through the interviews that name it. */
export function createPolicy({
  ctx,
  input,
}: {
  ctx: CompanyContext
  input: z.output<typeof createPolicyInput>
}): Promise<Policy> {
  const { companyId } = ctx.member
  const { name, rules, idempotencyKey: key } = input
  const call = { scope: `user:${ctx.actor.userId}`, procedure: 'proctoring.createPolicy', key, input }
  return transaction(ctx, (tx) =>
    idempotent(ctx, tx, call, async () => {
      const createdAt = ctx.clock.now()
      const policy = {
        id: ctx.random.id(),
        companyId,
        name,
        latestVersion: 1,
        standard: false,
        createdAt,
      }
      await tx.db.insert(policies).values(policy)
      await tx.db.insert(policyVersions).values({
        policyId: policy.id,
        version: 1,
        companyId,
        rules,
        createdBy: ctx.actor.userId,
        createdAt,
      })
      await audit(ctx, tx.db, { companyId, action: 'proctoring.createPolicy', target: policy.id })
      return toPolicy(policy, rules)
    }),
  )
}
