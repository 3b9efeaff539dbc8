import { useQuery } from '@tanstack/react-query'
import { type Permission, roleHas } from '@viva/client'
import { useVivaQueries } from '@viva/client/react'

/** What the signed-in user is in a company, once it is known; undefined where they are nothing there. */
export function useMembership(companyId: string) {
  const queries = useVivaQueries()
  const me = useQuery({ ...queries.auth.me.queryOptions(), staleTime: 60_000 })
  const membership = me.data?.memberships.find((item) => item.companyId === companyId)
  return {
    query: me,
    membership,
    /** Whether to offer something. The server checks each call again. */
    may: (permission: Permission) => membership !== undefined && roleHas(membership.role, permission),
  }
}
