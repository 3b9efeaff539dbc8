import { readFile } from 'node:fs/promises'
import { parseBundle, verifyBundle } from '@viva/client/evidence'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { common } from '../src/strings/en/common.ts'
import { events as eventStrings } from '../src/strings/en/events.ts'
import { report as strings } from '../src/strings/en/report.ts'
import { type ModelServer, startModel } from './report-model.ts'
import { beginSession, recordParts, SAID } from './report-session.ts'
import {
  expectAccessible,
  logIn,
  type Person,
  type Stage,
  type StagedInvitation,
  startStage,
  takeScreenshots,
} from './stage/index.ts'
import { WITHIN } from './stage/sitting.ts'

const PASTED = 'Text was pasted into an answer.'
const HIDDEN = 'The interview page was hidden more than once.'

let model: ModelServer
let stage: Stage
/** Completed, with scores, strikes and a recording in two parts. */
let played: StagedInvitation

beforeAll(async () => {
  model = await startModel([
    {
      criterionId: 'depth',
      score: 4,
      reason: 'Says why the queue holds.',
      quotes: [{ answer: 'A1', text: SAID.quote.text }],
    },
    {
      criterionId: 'care',
      score: 3,
      reason: 'Learned from a fault.',
      quotes: [{ answer: 'A3', text: SAID.fault }],
    },
    { criterionId: 'luck', score: 5, reason: 'Made up.', quotes: [{ answer: 'A1', text: 'I never fail.' }] },
  ])
  stage = await startStage({ env: model.env })
  const recording = await recordParts(stage, 2)
  await using candidate = await beginSession(stage, { name: 'Cara Candidate', recording })
  await candidate.finish()
  played = candidate
  const { companyId, sessionId } = candidate
  const hr = await stage.client('hr')
  const isReady = async () => (await hr.api.reports.get.query({ companyId, sessionId })).status === 'ready'
  await vi.waitUntil(isReady, { ...WITHIN, interval: 600 })
})
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]()
  await model?.[Symbol.asyncDispose]()
})

async function openReport(person: Person, { companyId, sessionId }: StagedInvitation, hash = '') {
  await person.page.goto(`/c/${companyId}/sessions/${sessionId}${hash}`)
  await person.page.getByRole('heading', { level: 1, name: /Report/ }).waitFor()
}

const sealOf = ({ page }: Person) => page.locator('[data-seal]')

test('the report shows scores with reasons and weights, says why one is void, and has no mean then', async () => {
  await using person = await stage.newPerson()
  await logIn(stage, person, 'reviewer')
  await openReport(person, played)
  const { page } = person
  const scores = page.getByRole('region', { name: strings.scores.title })
  await scores.getByText(strings.scores.score(4), { exact: true }).first().waitFor()
  await scores.getByText(strings.scores.weight('3', '60%')).waitFor()
  await scores.getByText('Says why the queue holds.').waitFor()
  await scores.getByText(strings.scores.void, { exact: true }).waitFor()
  await scores.getByText(/quote that is in no answer/).waitFor()
  await scores.getByText(strings.scores.noMean).waitFor()
  await scores.getByText(strings.scores.decide).waitFor()
  expect(await scores.getByText('Made up.').count()).toBe(0)
  await page.getByText('Allowed: browser, camera').waitFor()
  await sealOf(person).getByText(strings.seal.good, { exact: true }).waitFor()
  await expectAccessible(page)
  await takeScreenshots(page, 'report')
})

test('a quote leads to its passage in the transcript, which is marked and has the focus, and back', async () => {
  await using person = await stage.newPerson()
  await logIn(stage, person, 'reviewer')
  await openReport(person, played)
  const { page } = person
  const quote = page.getByRole('button', { name: SAID.quote.text })
  await quote.focus()
  await page.keyboard.press('Enter')
  const mark = page.locator('mark')
  await expect.poll(() => mark.evaluate((element) => element === document.activeElement), WITHIN).toBe(true)
  expect(await mark.textContent()).toBe(SAID.quote.text)
  const before = await mark.evaluate((element) => element.previousSibling?.textContent ?? '')
  expect(before.length).toBe(SAID.quote.start)
  await takeScreenshots(page, 'report-quote')
  await page.getByRole('button', { name: strings.transcript.backToScore }).click()
  await expect.poll(() => quote.evaluate((element) => element === document.activeElement), WITHIN).toBe(true)
  expect(await mark.count()).toBe(0)
})

test('the transcript indents what follows up, and shows what was observed beside it', async () => {
  await using person = await stage.newPerson()
  await logIn(stage, person, 'reviewer')
  await openReport(person, played)
  const transcript = person.page.getByRole('region', { name: strings.transcript.title })
  await transcript.getByRole('heading', { name: eventStrings.followUp(2) }).waitFor()
  const first = transcript.getByRole('article', { name: eventStrings.question(1), exact: true })
  await first.getByText(strings.transcript.times(eventStrings.signals.tab_hidden, 2)).waitFor()
  const left = (name: string) =>
    transcript
      .getByRole('article', { name, exact: true })
      .boundingBox()
      .then((box) => box?.x ?? 0)
  expect(await left(eventStrings.followUp(2))).toBeGreaterThan(await left(eventStrings.question(1)))
})

test('a strike that is lifted shows the reason and who gave it, and counts no more', async () => {
  await using person = await stage.newPerson()
  await logIn(stage, person, 'reviewer')
  await openReport(person, played)
  const { page } = person
  const { strikes } = strings
  await page.getByText(strings.facts.strikes(2)).waitFor()
  await page.getByRole('button', { name: strikes.liftOf(PASTED) }).click()
  const dialog = page.getByRole('dialog', { name: strikes.dialog.lift })
  const lift = dialog.getByRole('button', { name: strikes.dialog.submitLift })
  await dialog.getByLabel(strikes.reason).fill('no')
  await lift.click()
  await dialog.getByText(strikes.dialog.tooShort).waitFor()
  await expectAccessible(page)
  await takeScreenshots(page, 'report-lift')

  // What went wrong stays in the dialog, with the words that were written.
  await page.route('**/trpc/proctoring.reviewStrike*', (route) => route.abort('connectionrefused'), {
    times: 1,
  })
  person.expectErrors(/ERR_CONNECTION_REFUSED/)
  await dialog.getByLabel(strikes.reason).fill('They pasted the question.')
  await lift.click()
  await dialog.getByText(strikes.dialog.failed).waitFor()
  expect(await dialog.getByLabel(strikes.reason).inputValue()).toBe('They pasted the question.')
  await lift.click()
  await dialog.waitFor({ state: 'detached' })

  const strike = page.locator('[data-strike]').filter({ hasText: PASTED })
  await expect.poll(() => strike.getAttribute('data-strike'), WITHIN).toBe('lifted')
  await strike.getByText('They pasted the question.').waitFor()
  await strike.getByText(strikes.by('Rosa Reviewer')).waitFor()
  await page.getByText(strings.facts.strikes(1)).waitFor()
  const heading = strike.getByRole('heading', { name: PASTED })
  await expect
    .poll(() => heading.evaluate((element) => element === document.activeElement), WITHIN)
    .toBe(true)
  // The decision is in the log and sealed with it.
  await expect.poll(() => sealOf(person).getAttribute('data-seal'), WITHIN).toBe('good')
  await page.reload()
  await page.getByText(strings.facts.strikes(1)).waitFor()

  await strike.getByRole('button', { name: strikes.confirmOf(PASTED) }).click()
  await page.getByLabel(strikes.reason).fill('It was more than the question.')
  await page.getByRole('button', { name: strikes.dialog.submitConfirm, exact: true }).click()
  await expect.poll(() => strike.getAttribute('data-strike'), WITHIN).toBe('confirmed')
  await page.getByText(strings.facts.strikes(2)).waitFor()
  await strike.getByText(strikes.history).click()
  await strike.getByText('They pasted the question.').waitFor()
})

test('the seal is green, says what was checked, and the file that is exported verifies elsewhere', async () => {
  await using person = await stage.newPerson()
  await logIn(stage, person, 'hr')
  await openReport(person, played)
  const { page } = person
  await sealOf(person)
    .getByText(/^\d+ events, \d+ seals, signed by http/)
    .waitFor()
  await page.getByText(strings.seal.checked).click()
  await page.getByText(strings.seal.checks.keys).waitFor()
  await page.getByText(/The server recomputed \d+ events/).waitFor()

  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: strings.download.label }).click()
  const file = await (await download).path()
  const bundle = parseBundle(JSON.parse(await readFile(file, 'utf8')))
  expect(bundle.session.id).toBe(played.sessionId)
  expect(await verifyBundle(bundle)).toMatchObject({ ok: true, problems: [] })
})

test('the seal is red where the page shows an answer that is not in the log, whatever the server says', async () => {
  await using person = await stage.newPerson()
  await logIn(stage, person, 'reviewer')
  await person.page.route('**/trpc/reports.get*', async (route) => {
    const answer = await route.fetch()
    const body = (await answer.text()).replace('We built a queue.', 'I built a queue.')
    await route.fulfill({ response: answer, body })
  })
  await openReport(person, played)
  await person.page.getByText('I built a queue.').first().waitFor()
  await expect.poll(() => sealOf(person).getAttribute('data-seal'), WITHIN).toBe('bad')
  await person.page.getByText(strings.seal.shown.answer).waitFor()
})

test('what was erased is told apart from what was changed', async () => {
  await using candidate = await beginSession(stage, { name: 'Erik Erased' })
  await candidate.finish()
  await stage.sql.begin(async (sql) => {
    await sql`set local viva.erasing = 'on'`
    await sql`
      update session_events set payload = null, salt = null
      where session_id = ${candidate.sessionId} and type = 'signal.recorded'`
  })
  await using person = await stage.newPerson()
  await logIn(stage, person, 'reviewer')
  await openReport(person, candidate)
  await sealOf(person).getByText(strings.seal.erased(4)).waitFor()
  expect(await sealOf(person).getAttribute('data-seal')).toBe('good')
})

test('who may not export or decide sees what the server says, and strikes to read', async () => {
  await using person = await stage.newPerson()
  await logIn(stage, person, 'team_lead')
  await openReport(person, played)
  const { page } = person
  await page.getByText(strings.seal.serverOnly).waitFor()
  await page.getByText(strings.strikes.readOnly).waitFor()
  await page.getByText(strings.log.show(1).slice(0, 8)).waitFor()
  expect(await sealOf(person).count()).toBe(0)
  expect(await page.getByRole('button', { name: strings.download.label }).count()).toBe(0)
  expect(await page.getByRole('button', { name: strings.strikes.liftOf(HIDDEN) }).count()).toBe(0)
  await expectAccessible(page)
})

test('who reads no reports is told so, and whoever asks for a session that is not there, too', async () => {
  await using person = await stage.newPerson()
  await logIn(stage, person, 'employee')
  await openReport(person, played)
  await person.page.getByText(strings.forbidden.text).waitFor()
  await expectAccessible(person.page)
  await takeScreenshots(person.page, 'report-forbidden')

  await using other = await stage.newPerson()
  other.expectErrors(/404/)
  await logIn(stage, other, 'reviewer')
  await other.page.goto(`/c/${played.companyId}/sessions/00000000-0000-7000-8000-000000000000`)
  await other.page.getByRole('heading', { name: common.notFound.title }).waitFor()
})

test('a running session shows what is there, keeps up, and verifies itself once it is over', async () => {
  await using candidate = await beginSession(stage, { name: 'Rita Running' })
  await using person = await stage.newPerson()
  await logIn(stage, person, 'reviewer')
  await openReport(person, candidate)
  const { page } = person
  await page.getByText(strings.statusTexts.running).waitFor()
  await page.getByRole('link', { name: strings.watchLive }).waitFor()
  await sealOf(person).getByText(strings.seal.notYet).waitFor()
  await expectAccessible(page)
  await takeScreenshots(page, 'report-running')
  await page.getByRole('button', { name: strings.seal.verify }).click()
  await expect.poll(() => sealOf(person).getAttribute('data-seal'), WITHIN).toBe('good')

  await candidate.finish()
  await page.getByText(SAID.fault).first().waitFor()
  await page.getByText(strings.statuses.ready).waitFor()
  await page.getByText('Says why the queue holds.').waitFor()
  await expect.poll(() => sealOf(person).getAttribute('data-seal'), WITHIN).toBe('good')
  expect(await page.getByText(strings.seal.notYet).count()).toBe(0)
})

test('an address that names an event opens the log there, and so does a link to one', async () => {
  await using person = await stage.newPerson()
  await logIn(stage, person, 'reviewer')
  await openReport(person, played, '#event-3')
  const { page } = person
  const focused = (seq: number) =>
    page.locator(`#event-${seq}`).evaluate((element) => element === document.activeElement)
  await page.locator('#event-3').waitFor()
  await expect.poll(() => focused(3), WITHIN).toBe(true)
  await page.getByText(strings.timeline.table).click()
  const table = page.getByRole('region', { name: strings.timeline.tableLabel })
  await table.getByRole('row', { name: PASTED }).getByRole('link').click()
  const seq = Number(await page.evaluate(() => document.activeElement?.id.replace('event-', '')))
  expect(await page.locator(`#event-${seq}`).textContent()).toContain(PASTED)
  await expectAccessible(page)
  await takeScreenshots(page, 'report-log')
})
