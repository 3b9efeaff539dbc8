import { policies, policyVersions } from '@viva/db/schema'
import { and, desc, eq, lt } from 'drizzle-orm'
import type { z } from 'zod'
import type { Page, Policy } from '../../contract/index.ts'
import type { listPoliciesInput } from '../../contract/schemas/proctoring.ts'
import type { CompanyContext } from '../../core/context.ts'
import { decodeCursor, toPage } from '../../core/cursor.ts'
import { newestVersion, toPolicy, toRules } from './internal.ts'

/** The company's policies in their newest versions, newest policy first. */
export async function listPolicies({
  ctx,
  input,
}: {
  ctx: CompanyContext
  input: z.output<typeof listPoliciesInput>
}): Promise<Page<Policy>> {
  const { cursor, limit } = input
  const rows = await ctx.db.drizzle
    .select({ id: policies.id, policy: policies, rules: policyVersions.rules })
    .from(policies)
    .innerJoin(policyVersions, newestVersion)
    .where(
      and(
        eq(policies.companyId, ctx.member.companyId),
        cursor ? lt(policies.id, decodeCursor(cursor)) : undefined,
      ),
    )
    .orderBy(desc(policies.id))
    .limit(limit + 1)
  return toPage(rows, limit, ({ policy, rules }) => toPolicy(policy, toRules(rules)))
}
