import { useQuery } from '@tanstack/react-query'
import type { Policy } from '@viva/client'
import { useViva } from '@viva/client/react'
import { readAllPolicies } from './read-all-policies.ts'

/**
 * One policy in its newest version, as it was when the screen was opened; null where there is none. The server has a list
 * only, which it is looked up in.
 */
export function usePolicy(companyId: string, policyId: string) {
  const viva = useViva()
  const queryKey = ['policy', companyId, policyId]
  const read = async (signal?: AbortSignal): Promise<Policy | null> => {
    const policies = await readAllPolicies(viva, companyId, signal)
    return policies.find(({ id }) => id === policyId) ?? null
  }
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => read(signal),
    // The form is opened from it, and nothing but its own saving changes what it was opened from.
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
  return {
    ...query,
    queryKey,
    loadNewest: async (): Promise<Policy> => {
      const policy = await read()
      // Policies are not removed; one that is open here was there a moment ago.
      if (!policy) throw new Error('the policy is gone')
      return policy
    },
  }
}
