import { policies, policyVersions } from '@viva/db/schema'
import { and, eq } from 'drizzle-orm'
import type { Policy, PolicyRules } from '../../contract/index.ts'

type PolicyRow = typeof policies.$inferSelect

/** Joins a policy with its newest version. */
export const newestVersion = and(
  eq(policyVersions.policyId, policies.id),
  eq(policyVersions.version, policies.latestVersion),
)

/** Rules as the table holds them: every version was validated before it was written, and none changes afterwards. */
export function toRules(stored: unknown): PolicyRules {
  return stored as PolicyRules
}

/** Shapes a policy for the API. */
export function toPolicy(row: PolicyRow, rules: PolicyRules): Policy {
  return {
    id: row.id,
    companyId: row.companyId,
    name: row.name,
    version: row.latestVersion,
    rules,
    createdAt: row.createdAt.toISOString(),
  }
}
