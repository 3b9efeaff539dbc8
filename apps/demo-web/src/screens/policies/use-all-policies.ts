import { useQuery } from '@tanstack/react-query'
import { useViva, useVivaQueries } from '@viva/client/react'
import { readAllPolicies } from './read-all-policies.ts'

/** All of a company's policies in their newest versions, newest policy first, for choosing one. */
export function useAllPolicies(companyId: string, { enabled = true }: { enabled?: boolean } = {}) {
  const viva = useViva()
  const queries = useVivaQueries()
  const { listPolicies } = queries.proctoring
  return useQuery({
    ...listPolicies.queryOptions({ companyId }),
    // Below the procedure's key, so that whoever says that policies have changed reaches this, too.
    queryKey: [...listPolicies.queryKey({ companyId }), 'all'],
    queryFn: ({ signal }) => readAllPolicies(viva, companyId, signal),
    enabled,
  })
}
