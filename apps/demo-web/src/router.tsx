import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { CandidateLayout } from './app/candidate-layout.tsx'
import { Crashed } from './app/crashed.tsx'
import { strictSearch } from './app/strict-search.ts'
import type { SessionFilters } from './screens/sessions/session-filters.ts'

/** Every screen and its address. Each screen is a file of its own, loaded when it is first opened. */
const root = createRootRoute({
  notFoundComponent: lazyRouteComponent(() => import('./app/not-found.tsx'), 'NotFound'),
  errorComponent: Crashed,
})

const staff = createRoute({
  getParentRoute: () => root,
  id: 'staff',
  component: lazyRouteComponent(() => import('./app/staff-layout.tsx'), 'StaffLayout'),
})
const landing = createRoute({
  getParentRoute: () => staff,
  path: '/',
  component: lazyRouteComponent(() => import('./screens/account/landing.tsx'), 'Landing'),
})
/** Where to go after logging in: a path of this app, and nothing else, or a link could lead anywhere. */
const readNext = strictSearch((search): { next?: string } => {
  const next = search['next']
  return typeof next === 'string' && /^\/(?![/\\])\P{Cc}*$/u.test(next) ? { next } : {}
})
const logIn = createRoute({
  getParentRoute: () => staff,
  path: '/log-in',
  validateSearch: readNext,
  component: lazyRouteComponent(() => import('./screens/account/log-in.tsx'), 'LogIn'),
})
const signUp = createRoute({
  getParentRoute: () => staff,
  path: '/sign-up',
  validateSearch: readNext,
  component: lazyRouteComponent(() => import('./screens/account/sign-up.tsx'), 'SignUp'),
})

const signedIn = createRoute({
  getParentRoute: () => staff,
  id: 'signed-in',
  component: lazyRouteComponent(() => import('./app/require-user.tsx'), 'RequireUser'),
})
const account = createRoute({
  getParentRoute: () => signedIn,
  path: '/account',
  component: lazyRouteComponent(() => import('./screens/account/account.tsx'), 'Account'),
})
const newCompany = createRoute({
  getParentRoute: () => signedIn,
  path: '/companies/new',
  component: lazyRouteComponent(() => import('./screens/account/new-company.tsx'), 'NewCompany'),
})

const company = createRoute({
  getParentRoute: () => signedIn,
  path: '/c/$companyId',
  component: lazyRouteComponent(() => import('./app/require-membership.tsx'), 'RequireMembership'),
})
const companyHome = createRoute({
  getParentRoute: () => company,
  path: '/',
  component: lazyRouteComponent(() => import('./app/company-home.tsx'), 'CompanyHome'),
})
const interviews = createRoute({
  getParentRoute: () => company,
  path: '/interviews',
  component: lazyRouteComponent(() => import('./screens/interviews/interviews.tsx'), 'Interviews'),
})
const newInterview = createRoute({
  getParentRoute: () => company,
  path: '/interviews/new',
  component: lazyRouteComponent(() => import('./screens/interviews/new-interview.tsx'), 'NewInterview'),
})
const interview = createRoute({
  getParentRoute: () => company,
  path: '/interviews/$interviewId',
  component: lazyRouteComponent(() => import('./screens/interviews/edit-interview.tsx'), 'EditInterview'),
})
const policies = createRoute({
  getParentRoute: () => company,
  path: '/policies',
  component: lazyRouteComponent(() => import('./screens/policies/policies.tsx'), 'Policies'),
})
const newPolicy = createRoute({
  getParentRoute: () => company,
  path: '/policies/new',
  component: lazyRouteComponent(() => import('./screens/policies/new-policy.tsx'), 'NewPolicy'),
})
const policy = createRoute({
  getParentRoute: () => company,
  path: '/policies/$policyId',
  component: lazyRouteComponent(() => import('./screens/policies/edit-policy.tsx'), 'EditPolicy'),
})
const sessions = createRoute({
  getParentRoute: () => company,
  path: '/sessions',
  // Read and checked by the screen: candidates, who load this file too, have no use for that.
  validateSearch: (search: Record<string, unknown>): SessionFilters => search,
  component: lazyRouteComponent(() => import('./screens/sessions/sessions.tsx'), 'Sessions'),
})
const monitor = createRoute({
  getParentRoute: () => company,
  path: '/monitor',
  validateSearch: strictSearch(({ ids }): { ids?: string } => (typeof ids === 'string' ? { ids } : {})),
  component: lazyRouteComponent(() => import('./screens/monitor/monitor.tsx'), 'Monitor'),
})
const report = createRoute({
  getParentRoute: () => company,
  path: '/sessions/$sessionId',
  component: lazyRouteComponent(() => import('./screens/report/report.tsx'), 'ReportScreen'),
})

const candidate = createRoute({ getParentRoute: () => root, id: 'candidate', component: CandidateLayout })
const join = createRoute({
  getParentRoute: () => candidate,
  path: '/join',
  component: lazyRouteComponent(() => import('./screens/candidate/invitation.tsx'), 'Invitation'),
})
const open = createRoute({
  getParentRoute: () => candidate,
  path: '/open/$interviewId',
  component: lazyRouteComponent(() => import('./screens/candidate/open-interview.tsx'), 'OpenInterview'),
})
const sitting = createRoute({
  getParentRoute: () => candidate,
  path: '/s/$sessionId',
  component: lazyRouteComponent(() => import('./screens/candidate/sitting.tsx'), 'Sitting'),
})

export const router = createRouter({
  routeTree: root.addChildren([
    staff.addChildren([
      landing,
      logIn,
      signUp,
      signedIn.addChildren([
        account,
        newCompany,
        company.addChildren([
          companyHome,
          interviews,
          newInterview,
          interview,
          policies,
          newPolicy,
          policy,
          sessions,
          monitor,
          report,
        ]),
      ]),
    ]),
    candidate.addChildren([join, open, sitting]),
  ]),
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
