import { randomUUID } from 'node:crypto'
import { createViva, type Role } from '@viva/client'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { common } from '../../src/strings/en/common.ts'
import { companyOf, invite, newInterview } from './interviewing.ts'
import { logIn } from './log-in.ts'
import type { Person } from './person.ts'
import { playSession } from './played-session.ts'
import { WITHIN } from './sitting.ts'
import type { Stage } from './stage.ts'

/** What the addresses of screens are made of. */
export interface Ids {
  companyId: string
  interviewId: string
  policyId: string
  /** A session that is over, with two strikes. */
  sessionId: string
  /** A session that is under way. */
  activeId: string
  /** An invitation that nobody has claimed. */
  token: string
}

/** A screen, as the router names it. */
export interface Screen {
  /** Of its pictures. */
  name: string
  /** Who looks at it; nobody where absent. */
  as?: Role
  /** Its address. */
  at(ids: Ids): string
  /** Whether it asks the server for something that it then shows. */
  asks: boolean
}

/** The screens of `src/router.tsx` that have an address of their own, by the router's path. */
export const SCREENS: Readonly<Record<string, Screen>> = {
  '/': { name: 'landing', at: () => '/', asks: false },
  '/log-in': { name: 'log-in', at: () => '/log-in', asks: false },
  '/sign-up': { name: 'sign-up', at: () => '/sign-up', asks: false },
  '/account': { name: 'account', as: 'admin', at: () => '/account', asks: false },
  '/companies/new': { name: 'new-company', as: 'admin', at: () => '/companies/new', asks: false },
  '/c/$companyId/interviews': {
    name: 'interviews',
    as: 'hr',
    at: ({ companyId }) => `/c/${companyId}/interviews`,
    asks: true,
  },
  '/c/$companyId/interviews/new': {
    name: 'new-interview',
    as: 'hr',
    at: ({ companyId }) => `/c/${companyId}/interviews/new`,
    asks: false,
  },
  '/c/$companyId/interviews/$interviewId': {
    name: 'interview',
    as: 'hr',
    at: ({ companyId, interviewId }) => `/c/${companyId}/interviews/${interviewId}`,
    asks: true,
  },
  '/c/$companyId/policies': {
    name: 'policies',
    as: 'admin',
    at: ({ companyId }) => `/c/${companyId}/policies`,
    asks: true,
  },
  '/c/$companyId/policies/new': {
    name: 'new-policy',
    as: 'admin',
    at: ({ companyId }) => `/c/${companyId}/policies/new`,
    asks: false,
  },
  '/c/$companyId/policies/$policyId': {
    name: 'policy',
    as: 'admin',
    at: ({ companyId, policyId }) => `/c/${companyId}/policies/${policyId}`,
    asks: true,
  },
  '/c/$companyId/sessions': {
    name: 'sessions',
    as: 'hr',
    at: ({ companyId }) => `/c/${companyId}/sessions`,
    asks: true,
  },
  '/c/$companyId/monitor': {
    name: 'monitor',
    as: 'reviewer',
    at: ({ companyId, sessionId, activeId }) => `/c/${companyId}/monitor?ids=${activeId},${sessionId}`,
    asks: true,
  },
  '/c/$companyId/sessions/$sessionId': {
    name: 'report',
    as: 'reviewer',
    at: ({ companyId, sessionId }) => `/c/${companyId}/sessions/${sessionId}`,
    asks: true,
  },
  '/join': { name: 'invitation', at: ({ token }) => `/join#${token}`, asks: true },
}

/** Addresses that lead on to one of those, or to what a session has come to: other tests go through them. */
export const LEADING_ON: readonly string[] = ['/c/$companyId', '/open/$interviewId', '/s/$sessionId']

/** Makes something of everything for the screens to show. */
export async function prepareScreens(stage: Stage): Promise<Ids> {
  const admin = await stage.client('admin')
  const companyId = await companyOf(admin)
  const interview = await newInterview(stage)
  const signals = ['tab_hidden', 'tab_visible', 'paste', 'tab_hidden', 'tab_visible'] as const
  const over = await playSession(stage, { interview, name: 'Olga Over', signals })
  const active = await playSession(stage, { interview, name: 'Alex Active', until: 'active' })
  const open = await invite(stage, interview)
  const policies = await admin.api.proctoring.listPolicies.query({ companyId })
  const [policy] = policies.items
  if (policy === undefined) throw new Error('the company has no policy')
  return {
    companyId,
    interviewId: interview.interviewId,
    policyId: policy.id,
    sessionId: over.sessionId,
    activeId: active.sessionId,
    token: open.token,
  }
}

/** Signs somebody up whose company has nothing yet. @returns the company's id */
export async function logInToEmptyCompany(stage: Stage, person: Person): Promise<string> {
  const viva = createViva({ url: stage.url })
  const account = { email: `${randomUUID()}@example.com`, password: 'a long enough password' }
  try {
    await viva.signUp({ ...account, name: 'Nora Newcomer' })
    await viva.logIn(account)
    const company = await viva.api.companies.create.mutate({
      name: 'Newcomer Works',
      idempotencyKey: randomUUID(),
    })
    await logIn(stage, person, account)
    return company.id
  } finally {
    viva.close()
  }
}

/** Waits until a page has its heading, and nothing on it is on its way. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await expect.poll(() => page.getByText(common.loading, { exact: true }).count(), WITHIN).toBe(0)
  await page.waitForLoadState('networkidle')
}

/** A page that is wider than a small phone is scrolled in two directions, which nobody can read. */
export async function expectFitsPhone(page: Page): Promise<void> {
  const before = page.viewportSize()
  await page.setViewportSize({ width: 360, height: 800 })
  // Charts and lists notice the new width a moment after it is there.
  await expect
    .poll(() => whatSticksOut(page), { ...WITHIN, message: `${page.url()} is wider than 360 px` })
    .toEqual([])
  if (before) await page.setViewportSize(before)
}

function whatSticksOut(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    if (scrollWidth <= clientWidth) return []
    const sticksOut = (element: Element) => element.getBoundingClientRect().right > clientWidth + 1
    return [...document.querySelectorAll('body *')]
      .filter(sticksOut)
      .map((element) => element.outerHTML.slice(0, 120))
  })
}
