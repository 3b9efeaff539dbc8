import { useInfiniteQuery } from '@tanstack/react-query'
import { useVivaQueries } from '@viva/client/react'
import { useEffect } from 'react'

/** All interviews of a company, for lists to choose from: page after page until all are there. */
export function useInterviewChoices(companyId: string) {
  const queries = useVivaQueries()
  const query = useInfiniteQuery({
    ...queries.interviews.list.infiniteQueryOptions({ companyId, limit: 100 }),
    staleTime: 30_000,
  })
  const { hasNextPage, isFetching, isError, fetchNextPage } = query
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage()
  }, [hasNextPage, isFetching, isError, fetchNextPage])
  return { query, interviews: query.data?.pages.flatMap(({ items }) => items) ?? [] }
}
