import { randomUUID } from 'node:crypto'
import { createViva, type Role } from '@viva/client'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { common } from '../src/strings/en/common.ts'
import { events } from '../src/strings/en/events.ts'
import { sessions as strings } from '../src/strings/en/sessions.ts'
import {
  expectAccessible,
  invite,
  logIn,
  loseAnswer,
  newInterview,
  type Person,
  playSession,
  type Stage,
  type StagedInterview,
  startStage,
  takeScreenshots,
} from './stage/index.ts'
import { WITHIN } from './stage/sitting.ts'

let stage: Stage
let interview: StagedInterview
beforeAll(async () => {
  stage = await startStage()
  interview = await newInterview(stage, { title: 'Maintainer interview' })
})
afterAll(() => stage?.[Symbol.asyncDispose]())

/** Opens the table for somebody of the demo. */
async function openTable(person: Person, role: Role, search = ''): Promise<Page> {
  await logIn(stage, person, role)
  await person.page.goto(`/c/${interview.companyId}/sessions${search}`)
  await person.page.getByRole('heading', { level: 1, name: strings.title }).waitFor()
  return person.page
}

/** Asks until it is so, for as long as a busy machine may take. */
const soon = <Value>(ask: () => Value | Promise<Value>) => expect.poll(ask, WITHIN)
const rowOf = (page: Page, name: string): Locator => page.getByRole('row').filter({ hasText: name })
const rowCount = (page: Page): Promise<number> => page.getByRole('rowheader').count()
const countSessions = async (): Promise<number> => {
  const [row] = await stage.sql<{ count: number }[]>`select count(*)::int as count from sessions`
  return row?.count ?? 0
}
const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name, exact: true })

test('an invitation is made in a dialog, its link is shown this once, copied and coded, and stands in the table', async () => {
  await using person = await stage.newPerson()
  const page = await openTable(person, 'hr')
  await button(page, strings.invite.open).click()
  const dialog = page.getByRole('dialog', { name: strings.invite.title })
  await dialog.getByLabel(strings.invite.interview).waitFor()
  await expectAccessible(page)
  await takeScreenshots(page, 'invite-form')

  await button(page, strings.invite.submit).click()
  await dialog.getByText(strings.invite.chooseFirst).waitFor()
  await dialog.getByLabel(strings.invite.interview).selectOption({ label: interview.title })
  await dialog.getByLabel(strings.invite.name).fill('Ines Invited')
  await dialog.getByLabel(strings.invite.email).fill('ines@example.com')
  await button(page, strings.invite.submit).click()

  const field = dialog.getByLabel(strings.invite.link)
  await field.waitFor()
  const link = await field.inputValue()
  expect(link).toMatch(new RegExp(`^${stage.url}/join#[\\w-]{20,}$`))
  await soon(() => field.evaluate((element) => element === document.activeElement)).toBe(true)
  await dialog.getByText(strings.invite.once).waitFor()
  await dialog.getByRole('img', { name: strings.invite.qr }).waitFor()
  await expectAccessible(page)
  await takeScreenshots(page, 'invite-link')

  await button(page, strings.invite.copyLink).click()
  await soon(() => page.evaluate(() => navigator.clipboard.readText())).toBe(link)
  const guest = createViva({ url: stage.url })
  const token = new URL(link).hash.slice(1)
  const preview = await guest.api.sessions.readInvitation.mutate({ token })
  guest.close()
  expect(preview).toMatchObject({ candidateName: 'Ines Invited', interview: { title: interview.title } })

  await button(page, strings.invite.done).click()
  await dialog.waitFor({ state: 'hidden' })
  await rowOf(page, 'Ines Invited').getByText(events.states.setup, { exact: true }).waitFor()
  expect(await page.content()).not.toContain(token)
})

test('an invitation whose answer was lost is made once, however often it is sent', async () => {
  await using person = await stage.newPerson()
  person.expectErrors(/sessions\.invite|ERR_FAILED/)
  const page = await openTable(person, 'hr', `?invite=${interview.interviewId}`)
  const before = await countSessions()
  await page.route(
    '**/trpc/sessions.invite*',
    async (route) => {
      await route.fetch()
      await route.abort()
    },
    { times: 1 },
  )
  const dialog = page.getByRole('dialog')
  // The address names the interview.
  await dialog.getByLabel(strings.invite.interview).waitFor()
  expect(await dialog.getByLabel(strings.invite.interview).inputValue()).toBe(interview.interviewId)
  await button(page, strings.invite.submit).click()
  await dialog.getByText(common.somethingFailed).waitFor()
  await button(page, strings.invite.submit).click()
  await dialog.getByLabel(strings.invite.link).waitFor()
  expect(await countSessions()).toBe(before + 1)

  // Another one is another one.
  await button(page, strings.invite.another).click()
  await button(page, strings.invite.submit).click()
  await dialog.getByLabel(strings.invite.link).waitFor()
  expect(await countSessions()).toBe(before + 2)
})

test('who may not invite or end is offered neither, and who may not see sessions is told so', async () => {
  await using reviewer = await stage.newPerson()
  await invite(stage, interview)
  const page = await openTable(reviewer, 'reviewer', '?invite=')
  await page.getByRole('rowheader').first().waitFor()
  expect(await button(page, strings.invite.open).count()).toBe(0)
  expect(await page.getByRole('dialog').count()).toBe(0)
  expect(await page.getByRole('button', { name: /^End the session/ }).count()).toBe(0)

  await using employee = await stage.newPerson()
  employee.expectErrors(/403/)
  await openTable(employee, 'employee')
  await employee.page.getByRole('alert').waitFor()
  await expectAccessible(employee.page)
})

test('a session’s state changes in the table by itself', async () => {
  await using person = await stage.newPerson()
  const { sessionId, token } = await invite(stage, interview)
  const page = await openTable(person, 'reviewer', `?interview=${interview.interviewId}`)
  const row = page.locator('tr', { has: page.locator(`a[href$="${sessionId}"]`) })
  await row.getByText(events.states.setup).waitFor()

  const viva = createViva({ url: stage.url })
  const session = await viva.claim({ token, name: 'Lena Live' })
  await row.getByRole('link', { name: 'Lena Live', exact: true }).waitFor()
  await row.getByText(events.states.precheck).waitFor()
  await session.precheck({ consents: { browser: true } })
  await session.start()
  await row.getByText(events.states.active).waitFor()
  await session.signal('extra_screen')
  await row.getByText(strings.flagged).waitFor()
  await row.getByText(strings.strikeCount(1)).waitFor()
  await expectAccessible(page)
  await takeScreenshots(page, 'sessions')
  viva.close()
})

test('sessions that are made meanwhile wait, and move no row, until the reader asks for them', async () => {
  await using person = await stage.newPerson()
  const search = `?interview=${(await newInterview(stage)).interviewId}`
  const mine = { ...interview, interviewId: search.slice('?interview='.length) }
  await playSession(stage, { interview: mine, name: 'First Here' })
  const page = await openTable(person, 'reviewer', search)
  await rowOf(page, 'First Here').waitFor()
  await playSession(stage, { interview: mine, name: 'Second Here' })
  await button(page, strings.newcomers(1)).waitFor()
  expect(await rowCount(page)).toBe(1)
  await button(page, strings.newcomers(1)).click()
  await rowOf(page, 'Second Here').waitFor()
  expect(await page.getByRole('rowheader').allInnerTexts()).toEqual(['Second Here', 'First Here'])
  expect(await button(page, strings.newcomers(1)).count()).toBe(0)
})

test('every filter stands in the address, narrows the table, and is taken away again', async () => {
  await using person = await stage.newPerson()
  const mine = await newInterview(stage, { title: 'Filter interview' })
  await playSession(stage, { interview: mine, name: 'Dora Done' })
  await playSession(stage, {
    interview: mine,
    name: 'Anna Active',
    signals: ['extra_screen'],
    until: 'active',
  })
  const hr = await stage.client('hr')
  await hr.api.sessions.invite.mutate({
    companyId: mine.companyId,
    interviewId: mine.interviewId,
    candidate: { name: 'Ilse Invited', email: 'ilse@example.com' },
    idempotencyKey: randomUUID(),
  })
  const page = await openTable(person, 'reviewer')
  const names = () => page.getByRole('rowheader').locator('a').allInnerTexts()
  const clear = () => button(page, strings.filters.clear).click()

  await button(page, strings.filters.more).click()
  await page.getByLabel(strings.filters.interview).selectOption({ label: mine.title })
  await soon(names).toEqual(['Ilse Invited', 'Anna Active', 'Dora Done'])
  await page.getByLabel(events.states.active, { exact: true }).check()
  await soon(names).toEqual(['Anna Active'])
  await page.getByLabel(events.states.completed, { exact: true }).check()
  await soon(names).toEqual(['Anna Active', 'Dora Done'])
  await page.getByLabel(strings.filters.flagged, { exact: true }).check()
  await soon(names).toEqual(['Anna Active'])
  await expectAccessible(page)
  await takeScreenshots(page, 'sessions-filtered')
  const address = page.url()
  await page.goto('about:blank')
  await page.goto(address)
  await soon(names).toEqual(['Anna Active'])
  expect(await page.getByLabel(strings.filters.flagged, { exact: true }).isChecked()).toBe(true)

  await clear()
  await soon(rowCount.bind(null, page)).toBeGreaterThan(3)
  expect(new URL(page.url()).search).toBe('')
  await page.getByLabel(strings.filters.email).fill('ilse@')
  await page.getByLabel(strings.filters.email).press('Enter')
  await page.getByText(strings.filters.emailWrong).waitFor()
  await page.getByLabel(strings.filters.email).fill('ilse@example.com')
  await page.getByLabel(strings.filters.email).press('Enter')
  await soon(names).toEqual(['Ilse Invited'])
  await page.getByLabel(strings.filters.to).fill('2020-01-31')
  await page.getByText(strings.empty.filtered).waitFor()
  await expectAccessible(page)
  await takeScreenshots(page, 'sessions-none-pass')
  await page.getByLabel(strings.filters.to).fill('')
  await page.getByLabel(strings.filters.from).fill('2020-01-31')
  await soon(names).toEqual(['Ilse Invited'])
})

test('of a long list one page is read, shown and refreshed, and every row is on one page of it', async () => {
  await using person = await stage.newPerson()
  const many = await newInterview(stage, { title: 'Many sessions' })
  const first = await invite(stage, many)
  await stage.sql`
    insert into sessions (id, company_id, interview_id, interview_version, policy_id, policy_version, state,
      candidate_name, created_at, deadline_at)
    select gen_random_uuid(), company_id, interview_id, interview_version, policy_id, policy_version, state,
      'Row ' || n, created_at - n * interval '1 minute', deadline_at
    from sessions, generate_series(1, 2000) n where id = ${first.sessionId}`
  const asked: { limit: unknown; cursor: unknown }[] = []
  person.page.on('request', (request) => {
    const url = new URL(request.url())
    if (!url.pathname.includes('sessions.list')) return
    const text = url.searchParams.get('input') ?? request.postData() ?? '{}'
    const input: unknown = JSON.parse(text)
    const found = /"limit":(\d+)/.exec(JSON.stringify(input))
    asked.push({ limit: Number(found?.[1]), cursor: /"cursor":"([^"]+)"/.exec(JSON.stringify(input))?.[1] })
  })
  const page = await openTable(person, 'reviewer', `?interview=${many.interviewId}`)
  const names = () => page.getByRole('rowheader').locator('a').allInnerTexts()
  await rowOf(page, 'Row 24').waitFor()
  const seen = await names()
  expect(seen).toHaveLength(25)
  const older = button(page, strings.next)
  const newer = button(page, strings.previous)
  expect(await newer.isDisabled()).toBe(true)
  await older.click()
  await rowOf(page, 'Row 49').waitFor()
  seen.push(...(await names()))
  await older.click()
  await rowOf(page, 'Row 74').waitFor()
  seen.push(...(await names()))
  expect(new Set(seen).size).toBe(75)

  // The page can be linked to and reloaded, and there is a way back from it.
  await page.reload()
  await rowOf(page, 'Row 74').waitFor()
  const last = asked.at(-1)?.cursor
  await soon(() => asked.filter(({ cursor }) => cursor === last).length).toBeGreaterThan(2)
  await newer.click()
  await rowOf(page, 'Row 49').waitFor()
  await newer.click()
  await rowOf(page, 'Row 24').waitFor()
  expect(await newer.isDisabled()).toBe(true)
  await older.click()
  await rowOf(page, 'Row 49').waitFor()
  await button(page, strings.newest).click()
  await rowOf(page, 'Row 24').waitFor()
  expect(new Set(asked.map(({ limit }) => limit))).toEqual(new Set([25]))
  // Of those that were left behind nothing is read any more.
  asked.length = 0
  await soon(() => asked.length).toBeGreaterThan(2)
  expect(new Set(asked.map(({ cursor }) => cursor))).toEqual(new Set([undefined]))
})

test('a row leads to its report, and picked rows to the monitor', async () => {
  await using person = await stage.newPerson()
  const mine = await newInterview(stage)
  const one = await playSession(stage, { interview: mine, name: 'Olga One', until: 'active' })
  const two = await playSession(stage, { interview: mine, name: 'Theo Two', until: 'active' })
  const done = await playSession(stage, { interview: mine, name: 'Dina Done' })
  const page = await openTable(person, 'reviewer', `?interview=${mine.interviewId}`)
  await rowOf(page, 'Dina Done').waitFor()
  // Where nothing happens any more there is nothing to watch.
  expect(await rowOf(page, 'Dina Done').getByRole('checkbox').count()).toBe(0)
  await page.getByLabel(strings.selectRow('Olga One')).check()
  await page.getByLabel(strings.selectRow('Theo Two')).check()
  await page.getByRole('link', { name: strings.watchLive(2) }).click()
  await page.waitForURL('**/monitor?*')
  const ids = new URL(page.url()).searchParams.get('ids')?.split(',')
  expect(ids?.sort()).toEqual([one.sessionId, two.sessionId].sort())

  await page.goBack()
  // Anywhere in the row.
  await rowOf(page, 'Dina Done').getByText(mine.title).click({ force: true })
  await page.waitForURL(`**/sessions/${done.sessionId}`)
})

test('a member ends a session with a reason that goes into the log', async () => {
  await using person = await stage.newPerson()
  const mine = await newInterview(stage)
  const { sessionId } = await playSession(stage, { interview: mine, name: 'Ella Ending', until: 'active' })
  const page = await openTable(person, 'hr', `?interview=${mine.interviewId}`)
  await button(page, strings.endOne('Ella Ending')).click()
  const dialog = page.getByRole('dialog', { name: strings.endDialog.title('Ella Ending') })
  await dialog.getByLabel(strings.endDialog.note).fill('x')
  await button(page, strings.endDialog.submit).click()
  await dialog.getByText(strings.endDialog.noteShort).waitFor()
  await expectAccessible(page)
  await takeScreenshots(page, 'end-session')
  await dialog.getByLabel(strings.endDialog.note).fill('The power went out in their street.')
  await button(page, strings.endDialog.submit).click()
  await dialog.waitFor({ state: 'hidden' })
  await rowOf(page, 'Ella Ending').getByText(events.states.ended).waitFor()
  await page
    .getByRole('status')
    .filter({ hasText: strings.endDialog.ended('Ella Ending') })
    .waitFor()
  // The button is gone: the focus is with the list, not lost at the top of the page.
  await soon(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
    strings.table.label,
  )
  const [row] = await stage.sql`
    select payload->>'note' as note, payload->>'reason' as reason from session_events
    where session_id = ${sessionId} and type = 'session.transitioned' order by seq desc limit 1`
  expect(row).toEqual({ note: 'The power went out in their street.', reason: 'technical' })
})

test('an ending whose answer was lost is taken as done when it is tried again', async () => {
  await using person = await stage.newPerson()
  person.expectErrors(/sessions\.end/)
  const mine = await newInterview(stage)
  await playSession(stage, { interview: mine, name: 'Lola Lost', until: 'active' })
  const page = await openTable(person, 'hr', `?interview=${mine.interviewId}`)
  await button(page, strings.endOne('Lola Lost')).click()
  const dialog = page.getByRole('dialog', { name: strings.endDialog.title('Lola Lost') })
  await dialog.getByLabel(strings.endDialog.note).fill('The power went out in their street.')
  await loseAnswer(page, 'sessions.end')
  await button(page, strings.endDialog.submit).click()
  await dialog.getByRole('alert').waitFor()
  await button(page, strings.endDialog.submit).click()
  await dialog.waitFor({ state: 'hidden' })
  await rowOf(page, 'Lola Lost').getByText(events.states.ended).waitFor()
})

test('on a narrow screen sessions are cards that lead where rows do, and nothing scrolls sideways', async () => {
  await using person = await stage.newPerson({ viewport: { width: 360, height: 740 } })
  const mine = await newInterview(stage)
  const { sessionId } = await playSession(stage, {
    interview: mine,
    name: 'Nadja Narrow-Withaverylongsurnamethatdoesnotend',
    signals: ['extra_screen'],
    until: 'active',
  })
  const page = await openTable(person, 'hr', `?interview=${mine.interviewId}`)
  const card = page.getByRole('list', { name: strings.table.label }).getByRole('listitem')
  await card.getByText(strings.flagged).waitFor()
  expect(await page.getByRole('table').count()).toBe(0)
  const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
  expect(widths[0]).toBeLessThanOrEqual(widths[1] ?? 0)
  await expectAccessible(page)
  await card.getByRole('link', { name: /Nadja/ }).first().click()
  await page.waitForURL(`**/sessions/${sessionId}`)
})

test('the table can be worked with the keyboard alone', async () => {
  await using person = await stage.newPerson()
  const mine = await newInterview(stage)
  await playSession(stage, { interview: mine, name: 'Kim Keyboard', until: 'active' })
  const page = await openTable(person, 'hr', `?interview=${mine.interviewId}`)
  await rowOf(page, 'Kim Keyboard').waitFor()
  await page.getByLabel(strings.selectRow('Kim Keyboard')).focus()
  await page.keyboard.press('Space')
  await page.getByRole('link', { name: strings.watchLive(1) }).waitFor()
  await button(page, strings.invite.open).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByLabel(strings.invite.interview).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await soon(() => page.evaluate(() => document.activeElement?.textContent)).toBe(strings.invite.open)
})

test('a list that cannot be read says why, and is read once it can; one that is shown stays', async () => {
  await using person = await stage.newPerson()
  person.expectErrors(/sessions\.list|status of 500/)
  const mine = await newInterview(stage)
  await playSession(stage, { interview: mine, name: 'Rita Read' })
  const fail = () => person.page.route('**/trpc/sessions.list*', (route) => route.abort('connectionrefused'))
  person.expectErrors(/ERR_CONNECTION_REFUSED/)
  await fail()
  const page = await openTable(person, 'reviewer', `?interview=${mine.interviewId}`)
  await page.getByRole('status').filter({ hasText: common.loading }).waitFor()
  await takeScreenshots(page, 'sessions-loading')
  await page.getByRole('alert').waitFor()
  await expectAccessible(page)
  await takeScreenshots(page, 'sessions-failed')
  // Clicked while it still fails: once it does not, the list comes by itself, and there is nothing left to click.
  await button(page, common.tryAgain).click()
  await page.unrouteAll()
  await rowOf(page, 'Rita Read').waitFor()

  await fail()
  await page.getByText(strings.refreshFailed).waitFor()
  expect(await rowCount(page)).toBe(1)
  await page.unrouteAll()
  await page.getByText(strings.refreshFailed).waitFor({ state: 'hidden' })
})

test('a company without sessions says how to begin', async () => {
  await using person = await stage.newPerson()
  const admin = await stage.client('admin')
  const company = await admin.api.companies.create.mutate({
    name: 'Empty Company',
    idempotencyKey: randomUUID(),
  })
  await logIn(stage, person, 'admin')
  const { page } = person
  await page.goto(`/c/${company.id}/sessions`)
  await page.getByText(strings.empty.title).waitFor()
  await expectAccessible(page)
  await takeScreenshots(page, 'sessions-empty')
  await button(page, strings.invite.open).first().click()
  await page.getByText(strings.invite.none).waitFor()
  await expectAccessible(page)
})
