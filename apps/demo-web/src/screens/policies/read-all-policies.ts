import type { Policy, Viva } from '@viva/client'

/** Reads all policies of a company in their newest versions, page by page. Companies have a handful. */
export async function readAllPolicies(
  viva: Viva,
  companyId: string,
  signal?: AbortSignal,
): Promise<Policy[]> {
  const policies: Policy[] = []
  let cursor: string | null = null
  do {
    const page: { items: Policy[]; nextCursor: string | null } = await viva.api.proctoring.listPolicies.query(
      { companyId, limit: 100, cursor },
      signal ? { signal } : {},
    )
    policies.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return policies
}
