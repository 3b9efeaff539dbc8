import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { isTerminal, isVivaError, type Report } from '@viva/client'
import { useViva } from '@viva/client/react'

/**
 * The verification of a session's log in this browser. Runs by itself once the session is over, and again when its log
 * grows; before that when it is asked to by `refetch`.
 *
 * @param isAllowed whether the user may export the log; without that nothing is fetched
 */
export function useVerification(report: Report, isAllowed: boolean) {
  const viva = useViva()
  const { session, chain } = report
  const isOver = isTerminal(session.state)
  return useQuery({
    queryKey: ['report', 'verification', session.companyId, session.id, isOver ? chain.headHash : null],
    queryFn: async ({ signal }) => {
      // Loaded by those who verify, and by nobody else.
      const { verifyReport } = await import('./verify-report.ts')
      return verifyReport({ viva, report, signal })
    },
    enabled: isAllowed && isOver,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    // It holds a function, which no comparison by parts keeps.
    structuralSharing: false,
    retry: (failures, error) => isVivaError(error) && error.retryable && failures < 2,
  })
}

/** What {@link useVerification} gives. */
export type VerificationQuery = ReturnType<typeof useVerification>
