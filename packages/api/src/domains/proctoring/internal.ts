import { policies, policyVersions } from '@viva/db/schema'
import { and, eq } from 'drizzle-orm'
import type { Policy, PolicyRules } from '../../contract/index.ts'
import type { SessionRow } from '../sessions/index.ts'
import { initialState, type PolicyState } from './policy-engine.ts'

type PolicyRow = typeof policies.$inferSelect

/** Joins a policy with its newest version. */
export const newestVersion = and(
  eq(policyVersions.policyId, policies.id),
  eq(policyVersions.version, policies.latestVersion),
)

/** The version of the policy that a session runs by. */
export const versionOf = (row: Pick<SessionRow, 'policyId' | 'policyVersion'>) =>
  and(eq(policyVersions.policyId, row.policyId), eq(policyVersions.version, row.policyVersion))

/** What the engine remembers of a session; written by this domain alone, under the same version of the policy. */
export function storedState(row: Pick<SessionRow, 'policyState'>, rules: PolicyRules): PolicyState {
  return row.policyState === null ? initialState(rules) : (row.policyState as PolicyState)
}

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
