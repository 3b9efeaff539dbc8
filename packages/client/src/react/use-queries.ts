import { useViva } from './provider.ts'
import { createVivaQueries } from './queries.ts'
import type { VivaQueries } from './query-types.ts'

/**
 * Every query and mutation of the server, as options for TanStack Query's own hooks. Queries end when nobody needs them,
 * are tried again where the error is `retryable`, and fail with an `AnyVivaError`.
 *
 * @example
 * const queries = useVivaQueries()
 * const report = useQuery(queries.reports.get.queryOptions({ companyId, sessionId }))
 * const invite = useMutation(queries.sessions.invite.mutationOptions())
 * await queryClient.invalidateQueries({ queryKey: queries.sessions.list.queryKey() })
 */
export function useVivaQueries(): VivaQueries {
  return createVivaQueries(useViva())
}
