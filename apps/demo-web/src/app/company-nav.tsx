import { Link } from '@tanstack/react-router'
import { common } from '#strings/common.ts'
import { useMembership } from './use-membership.ts'

const ITEMS = [
  { to: '/c/$companyId/interviews', label: common.nav.interviews, permission: 'interviews.read' },
  { to: '/c/$companyId/policies', label: common.nav.policies, permission: 'policies.read' },
  { to: '/c/$companyId/sessions', label: common.nav.sessions, permission: 'sessions.read' },
  { to: '/c/$companyId/monitor', label: common.nav.monitor, permission: 'sessions.read' },
] as const

/** The ways through a company, as far as the user's role goes. */
export function CompanyNav({ companyId }: { companyId: string }) {
  const { may } = useMembership(companyId)
  return (
    <nav aria-label={common.nav.label} className="-mx-1 overflow-x-auto">
      <ul className="flex min-h-11 items-center gap-1 px-1 py-1">
        {ITEMS.filter(({ permission }) => may(permission)).map(({ to, label }) => (
          <li key={to}>
            <Link
              to={to}
              params={{ companyId }}
              className="block rounded-lg px-3 py-1.5 text-sm font-medium text-muted hover:bg-sunken hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent"
            >
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
