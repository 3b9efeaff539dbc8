import { Navigate, useParams } from '@tanstack/react-router'
import { useMembership } from './use-membership.ts'

/** Leads from a company's bare address to what the user's role works on. */
export function CompanyHome() {
  const { companyId } = useParams({ from: '/staff/signed-in/c/$companyId' })
  const { may } = useMembership(companyId)
  const to = may('sessions.read') ? '/c/$companyId/sessions' : '/c/$companyId/interviews'
  return <Navigate to={to} params={{ companyId }} replace />
}
