import { Outlet, useParams } from '@tanstack/react-router'
import { Failure, Loading } from '../ui/states.tsx'
import { NotFound } from './not-found.tsx'
import { useMembership } from './use-membership.ts'

/** Shows a company's screens to its members alone. */
export function RequireMembership() {
  const { companyId } = useParams({ from: '/staff/signed-in/c/$companyId' })
  const { query, membership } = useMembership(companyId)
  // Nothing of one company stays on screen under the address of another.
  if (membership) return <Outlet key={companyId} />
  return (
    <div className="mx-auto max-w-7xl px-4 py-8 sm:px-6">
      {query.isPending ? (
        <Loading />
      ) : query.isError ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <NotFound />
      )}
    </div>
  )
}
