import { Link, Outlet, useParams } from '@tanstack/react-router'
import { useUser } from '@viva/client/react'
import { common } from '#strings/common.ts'
import { ButtonLink } from '../ui/button.tsx'
import { CompanyNav } from './company-nav.tsx'
import { SkipLink } from './skip-link.tsx'
import { ThemeSwitch } from './theme-switch.tsx'
import { UserMenu } from './user-menu.tsx'
import { withQueries } from './with-queries.tsx'
import { Wordmark } from './wordmark.tsx'

function StaffLayoutPage() {
  const user = useUser()
  const { companyId } = useParams({ strict: false })
  return (
    <div className="flex min-h-dvh flex-col">
      <SkipLink />
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex max-w-7xl flex-wrap items-center gap-x-6 px-4 sm:px-6">
          <div className="flex h-14 items-center">
            <Link to="/" className="rounded-lg">
              <Wordmark />
            </Link>
          </div>
          {/* On narrow screens the navigation takes a line of its own, whose room is kept until it is known who looks. */}
          <div
            className={`order-last w-full min-w-0 sm:order-none sm:w-auto sm:grow ${companyId === undefined ? '' : 'min-h-11'}`}
          >
            {companyId !== undefined && user.status === 'signed-in' && <CompanyNav companyId={companyId} />}
          </div>
          <div className="ml-auto flex items-center gap-1">
            <ThemeSwitch />
            {user.status === 'signed-in' && <UserMenu user={user.user} />}
            {user.status === 'signed-out' && (
              <ButtonLink to="/log-in" variant="quiet" size="small">
                {common.nav.logIn}
              </ButtonLink>
            )}
          </div>
        </div>
      </header>
      <main id="content" tabIndex={-1} className="grow outline-none">
        <Outlet />
      </main>
    </div>
  )
}

/** What is around the screens of the people who run interviews. */
export const StaffLayout = withQueries(StaffLayoutPage)
