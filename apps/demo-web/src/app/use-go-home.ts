import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useRouter } from '@tanstack/react-router'
import { roleHas } from '@viva/client'
import { useVivaQueries } from '@viva/client/react'

/** Leads a user who has just signed in to where they were going, or else to their work. */
export function useGoHome(): (next?: string) => Promise<void> {
  const queries = useVivaQueries()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const router = useRouter()
  return async (next) => {
    if (next !== undefined) {
      router.history.push(next)
      return
    }
    const { memberships } = await queryClient.fetchQuery(queries.auth.me.queryOptions())
    const [first] = memberships
    if (!first) {
      await navigate({ to: '/account' })
      return
    }
    const to = roleHas(first.role, 'sessions.read') ? '/c/$companyId/sessions' : '/c/$companyId/interviews'
    await navigate({ to, params: { companyId: first.companyId } })
  }
}
