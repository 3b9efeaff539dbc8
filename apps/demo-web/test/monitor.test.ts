import { createViva, type SessionHandle } from '@viva/client'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { common } from '../src/strings/en/common.ts'
import { events } from '../src/strings/en/events.ts'
import { monitor as strings } from '../src/strings/en/monitor.ts'
import { sessions } from '../src/strings/en/sessions.ts'
import {
  companyOf,
  expectAccessible,
  FIRST_QUESTION,
  invite,
  logIn,
  newInterview,
  type Person,
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
  interview = await newInterview(stage)
})
afterAll(() => stage?.[Symbol.asyncDispose]())

/** A candidate in the middle of their interview, who does what a test says. */
interface Sitting extends Disposable {
  sessionId: string
  session: SessionHandle
}

async function sit(name: string): Promise<Sitting> {
  const { sessionId, token } = await invite(stage, interview)
  const viva = createViva({ url: stage.url })
  const session = await viva.claim({ token, name })
  await session.precheck({ consents: { browser: true, camera: false } })
  await session.start()
  return { sessionId, session, [Symbol.dispose]: () => viva.close() }
}

async function openMonitor(
  person: Person,
  ids: readonly string[],
  role: 'reviewer' | 'hr' = 'reviewer',
): Promise<Page> {
  await logIn(stage, person, role)
  const search = ids.length > 0 ? `?ids=${ids.join(',')}` : ''
  await person.page.goto(`/c/${interview.companyId}/monitor${search}`)
  await person.page.getByRole('heading', { level: 1, name: strings.title }).waitFor()
  return person.page
}

/** Asks until it is so, for as long as a busy machine may take. */
const soon = <Value>(ask: () => Value | Promise<Value>) => expect.poll(ask, WITHIN)
const panelOf = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true })
const timelineOf = (page: Page, name: string): Locator =>
  page.getByRole('region', { name: strings.timeline(name) })
const rows = (timeline: Locator): Locator => timeline.getByRole('listitem')
const button = (page: Page | Locator, name: string | RegExp): Locator =>
  page.getByRole('button', { name, exact: true })
/** How far a timeline is from its end, in px. */
const fromEnd = (timeline: Locator): Promise<number> =>
  timeline.evaluate((box) => Math.round(box.scrollHeight - box.scrollTop - box.clientHeight))

/** @returns how long the page's main thread has worked since, in ms: what others do on a busy machine is not in it */
async function watchWork(page: Page): Promise<() => Promise<number>> {
  const devTools = await page.context().newCDPSession(page)
  await devTools.send('Performance.enable', { timeDomain: 'threadTicks' })
  const worked = async () => {
    const { metrics } = await devTools.send('Performance.getMetrics')
    const seconds = metrics.find(({ name }) => name === 'TaskDuration')?.value
    if (seconds === undefined) throw new Error('the browser does not say how long it worked')
    return seconds * 1000
  }
  const before = await worked()
  return async () => (await worked()) - before
}

test('running sessions are picked and stand side by side, and what happens in each shows by itself', async () => {
  await using person = await stage.newPerson()
  using ada = await sit('Ada Watched')
  using ben = await sit('Ben Watched')
  const page = await openMonitor(person, [])
  await page.getByLabel('Ada Watched').waitFor()
  expect(await button(page, strings.watch(0)).isDisabled()).toBe(true)
  await expectAccessible(page)
  await takeScreenshots(page, 'monitor-pick')
  await page.getByLabel('Ada Watched').check()
  await page.getByLabel('Ben Watched').check()
  await button(page, strings.watch(2)).click()
  await page.waitForURL((url) => url.searchParams.get('ids')?.split(',').length === 2)

  const [one, two] = [panelOf(page, 'Ada Watched'), panelOf(page, 'Ben Watched')]
  for (const panel of [one, two]) {
    await panel.getByText(events.states.active, { exact: true }).waitFor()
    await panel.getByText(common.connection.open).waitFor()
    await panel
      .getByRole('timer')
      .getByText(/^5\d:\d\d$/)
      .waitFor()
    await panel.getByText(events.transitions.active).waitFor()
  }
  const [left, right] = await Promise.all([one.boundingBox(), two.boundingBox()])
  expect(left?.y).toBe(right?.y)

  await ada.session.nextQuestion()
  await one.getByText(FIRST_QUESTION).waitFor()
  expect(await two.getByText(FIRST_QUESTION).count()).toBe(0)
  const question = await ben.session.nextQuestion()
  await ben.session.answer({ questionId: question?.id ?? '', text: 'A cache, and what it forgot.' })
  await two.getByText('A cache, and what it forgot.').waitFor()
  await ben.session.signal('tab_hidden')
  await two.getByText(events.signals.tab_hidden).waitFor()
  // The timer goes by the server's clock, and goes on.
  const before = await one.getByRole('timer').textContent()
  await soon(() => one.getByRole('timer').textContent()).not.toBe(before)
})

test('a strike stands out, is counted and is read out; one from before is not read out', async () => {
  await using person = await stage.newPerson()
  using old = await sit('Otto Old')
  await old.session.signal('paste')
  await old.session.flush()
  // Older than news, as far as the log says.
  await stage.sql`alter table session_events disable trigger user`
  await stage.sql`update session_events set at = at - interval '1 minute' where session_id = ${old.sessionId}`
  await stage.sql`alter table session_events enable trigger user`
  using fresh = await sit('Fay Fresh')
  const page = await openMonitor(person, [old.sessionId, fresh.sessionId])
  await timelineOf(page, 'Otto Old').getByText(events.strike('minor')).waitFor()
  await timelineOf(page, 'Fay Fresh').getByText(events.transitions.active).waitFor()

  await fresh.session.signal('extra_screen')
  const strike = rows(timelineOf(page, 'Fay Fresh')).filter({ hasText: events.strike('major') })
  await strike.waitFor()
  await panelOf(page, 'Fay Fresh').getByText(sessions.strikeCount(1), { exact: true }).waitFor()
  await panelOf(page, 'Fay Fresh').getByText(sessions.flagged, { exact: true }).waitFor()
  const said = strings.strikeNow('Fay Fresh', events.strike('major'), 'A second screen was connected.')
  await page.getByRole('status').filter({ hasText: said }).waitFor({ state: 'attached' })
  expect(await page.getByRole('status').filter({ hasText: 'Otto Old' }).count()).toBe(0)
  const colours = await strike.evaluate((row) => {
    const other = row.parentElement?.firstElementChild ?? row
    return [getComputedStyle(row).backgroundColor, getComputedStyle(other).backgroundColor]
  })
  expect(colours[0]).not.toBe(colours[1])
  await expectAccessible(page)
  await takeScreenshots(page, 'monitor')
})

test('the newest is in view until the reader scrolls up; then they stay where they are until they come back', async () => {
  await using person = await stage.newPerson()
  using sitting = await sit('Rosi Reading')
  const { session } = sitting
  for (let n = 0; n < 40; n += 1) await session.signal('focus_gained')
  await session.flush()
  const page = await openMonitor(person, [sitting.sessionId])
  const timeline = timelineOf(page, 'Rosi Reading')
  await soon(() => rows(timeline).count()).toBeGreaterThan(40)
  await soon(() => fromEnd(timeline)).toBe(0)
  await session.signal('network_lost')
  await timeline.getByText(events.signals.network_lost).waitFor()
  await soon(() => fromEnd(timeline)).toBe(0)

  await timeline.focus()
  await page.keyboard.press('Home')
  await soon(() => timeline.evaluate((box) => box.scrollTop)).toBe(0)
  await button(page, strings.jump).waitFor()
  await session.signal('network_regained')
  await button(page, strings.jumpNew(1)).waitFor()
  expect(await timeline.evaluate((box) => box.scrollTop)).toBe(0)
  await expectAccessible(page)
  await takeScreenshots(page, 'monitor-held')
  await button(page, strings.jumpNew(1)).click()
  await soon(() => fromEnd(timeline)).toBe(0)
  expect(await button(page, /Jump/).count()).toBe(0)
  // The button is gone; the focus is in what it moved.
  expect(await timeline.evaluate((box) => box === document.activeElement)).toBe(true)
})

test('a filter leaves signals and strikes, or what was said, and brings everything back', async () => {
  await using person = await stage.newPerson()
  using sitting = await sit('Fritz Filtered')
  const { session } = sitting
  await session.nextQuestion()
  await session.signal('paste')
  await session.flush()
  const page = await openMonitor(person, [sitting.sessionId])
  const timeline = timelineOf(page, 'Fritz Filtered')
  await timeline.getByText(events.strike('minor')).waitFor()
  await page.getByLabel(strings.filter.proctoring).check()
  await timeline.getByText(FIRST_QUESTION).waitFor({ state: 'hidden' })
  expect(await timeline.getByText(events.transitions.active).count()).toBe(0)
  await timeline.getByText(events.signals.paste).waitFor()
  await page.getByLabel(strings.filter.conversation).check()
  await timeline.getByText(FIRST_QUESTION).waitFor()
  expect(await rows(timeline).count()).toBe(1)
  await page.getByLabel(strings.filter.all).check()
  await timeline.getByText(events.transitions.active).waitFor()
})

test('sessions are added and taken away, and the address says which are watched', async () => {
  await using person = await stage.newPerson()
  using one = await sit('Uma Added')
  using two = await sit('Viktor Added')
  const page = await openMonitor(person, [one.sessionId])
  await panelOf(page, 'Uma Added').waitFor()
  await button(page, strings.choose).click()
  const dialog = page.getByRole('dialog', { name: strings.chooseTitle })
  await dialog.getByLabel('Viktor Added').check()
  // What is watched already is not offered again.
  expect(await dialog.getByLabel('Uma Added').count()).toBe(0)
  await expectAccessible(page)
  await button(dialog, strings.watch(1)).click()
  await panelOf(page, 'Viktor Added').waitFor()
  const watched = () => new URL(page.url()).searchParams.get('ids')
  expect(watched()).toBe(`${one.sessionId},${two.sessionId}`)
  await button(page, strings.remove('Uma Added')).click()
  await panelOf(page, 'Uma Added').waitFor({ state: 'hidden' })
  expect(watched()).toBe(two.sessionId)
  await page.reload()
  await panelOf(page, 'Viktor Added').waitFor()
})

test('a session that is over says so and leads to its report, also when a member ends it here', async () => {
  await using person = await stage.newPerson()
  using sitting = await sit('Emil Ended')
  const page = await openMonitor(person, [sitting.sessionId], 'hr')
  const panel = panelOf(page, 'Emil Ended')
  await button(panel, sessions.endOne('Emil Ended')).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(sessions.endDialog.note).fill('The building is evacuated.')
  await button(dialog, sessions.endDialog.submit).click()
  await panel.getByText(strings.closed).waitFor()
  await panel.getByText('The building is evacuated.').waitFor()
  expect(await panel.getByRole('timer').count()).toBe(0)
  await expectAccessible(page)
  await takeScreenshots(page, 'monitor-over')
  await panel.getByRole('link', { name: strings.openReport }).click()
  await page.waitForURL(`**/sessions/${sitting.sessionId}`)
})

test('a session that is not there can be taken away, and the others go on', async () => {
  await using person = await stage.newPerson()
  person.expectErrors(/404/)
  using sitting = await sit('Gerda Going')
  const nobody = '01900000-0000-7000-8000-000000000000'
  const page = await openMonitor(person, [nobody, sitting.sessionId])
  await page.getByText(strings.notFound).waitFor()
  await panelOf(page, 'Gerda Going').getByText(events.transitions.active).waitFor()
  await expectAccessible(page)
  await button(page, strings.removeUnknown).click()
  await page.getByText(strings.notFound).waitFor({ state: 'hidden' })
  await panelOf(page, 'Gerda Going').waitFor()
})

test('a log of two thousand events is shown a part at a time, and leaves the page quick', async () => {
  await using person = await stage.newPerson()
  using sitting = await sit('Lotte Long')
  const { session } = sitting
  for (let n = 0; n < 2000; n += 1) await session.signal('focus_gained', { number: n })
  await session.flush()
  const page = await openMonitor(person, [sitting.sessionId])
  const timeline = timelineOf(page, 'Lotte Long')
  await timeline.getByText('number: 1999', { exact: true }).waitFor()
  expect(await rows(timeline).count()).toBe(100)
  const work = await watchWork(page)
  const top = rows(timeline).first()
  const seq = Number(await top.getAttribute('data-seq'))
  await button(page, strings.earlier(100)).click()
  await soon(() => rows(timeline).count()).toBe(200)
  // What was read is where it was: above it, not below, there is more.
  const place = await timeline.evaluate((box, number) => {
    const row = box.querySelector(`[data-seq="${number}"]`)
    return (row?.getBoundingClientRect().top ?? -1) - box.getBoundingClientRect().top
  }, seq)
  expect(place).toBeGreaterThanOrEqual(0)
  expect(place).toBeLessThan(200)
  await session.signal('network_lost')
  await button(page, strings.jumpNew(1)).click()
  await timeline.getByText(events.signals.network_lost).waitFor()
  expect(await rows(timeline).count()).toBe(100)
  // A step back through the log, an event, and the way to the end again, all together.
  expect(await work()).toBeLessThan(1500)
})

test('with nothing to watch the monitor says how to come by something, and nothing scrolls sideways', async () => {
  await using person = await stage.newPerson({ viewport: { width: 360, height: 740 } })
  const admin = await stage.client('admin')
  const company = await admin.api.companies.create.mutate({
    name: 'Quiet Company',
    idempotencyKey: 'quiet-company-00001',
  })
  expect(await companyOf(admin)).not.toBe(company.id)
  await logIn(stage, person, 'admin')
  const { page } = person
  await page.goto(`/c/${company.id}/monitor`)
  await page.getByText(strings.none).waitFor()
  await expectAccessible(page)
  await takeScreenshots(page, 'monitor-none')
  using sitting = await sit('Nina Narrow-Withaverylongsurnamethatdoesnotend')
  await page.goto(`/c/${interview.companyId}/monitor?ids=${sitting.sessionId}`)
  await page.getByText(events.transitions.active).waitFor()
  const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
  expect(widths[0]).toBeLessThanOrEqual(widths[1] ?? 0)
})
