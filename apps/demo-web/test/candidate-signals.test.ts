import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { candidate } from '../src/strings/en/candidate.ts'
import {
  expectAccessible,
  invite,
  newInterview,
  type Stage,
  startStage,
  takeScreenshots,
} from './stage/index.ts'
import { answerField, claim, reporterOf, reports, sitDown, start, WITHIN } from './stage/sitting.ts'

const { room, strikes, ready, precheck } = candidate

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage?.[Symbol.asyncDispose]())

interface Signal {
  kind: string
  details: Record<string, unknown>
}

async function signalsOf(sessionId: string): Promise<Signal[]> {
  const rows = await stage.sql<{ payload: Signal }[]>`
    select payload from session_events where session_id = ${sessionId} and type = 'signal.recorded' order by seq`
  return rows.map(({ payload: { kind, details } }) => ({ kind, details }))
}

const paste = (page: Page, text: string) =>
  answerField(page).evaluate((field, pasted) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', pasted)
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }))
  }, text)

test('paste and copy tell their length and never the text; the strike is told calmly, and its lifting, too', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  const { sessionId, companyId } = await sitDown(stage, person)
  await answerField(page).fill('copied')
  await answerField(page).selectText()
  await answerField(page).dispatchEvent('copy')
  await paste(page, 'a secret that must not travel')
  await expect
    .poll(() => signalsOf(sessionId), WITHIN)
    .toEqual([
      { kind: 'copy', details: { length: 6 } },
      { kind: 'paste', details: { length: 29 } },
    ])
  const [leak] = await stage.sql`
    select seq from session_events where session_id = ${sessionId} and payload::text like '%secret that%'`
  expect(leak).toBeUndefined()

  const message = 'Text was pasted into an answer.'
  await page.getByText(message, { exact: true }).waitFor()
  await page.getByText(strikes.text).waitFor()
  await expectAccessible(page)
  await takeScreenshots(page, 'candidate-room-strike')

  const reviewer = await stage.client('reviewer')
  const [strike] = await stage.sql<{ id: string }[]>`select id from strikes where session_id = ${sessionId}`
  await reviewer.api.proctoring.reviewStrike.mutate({
    companyId,
    sessionId,
    strikeId: strike?.id ?? '',
    decision: 'lifted',
    reason: 'They pasted their own notes.',
    idempotencyKey: crypto.randomUUID(),
  })
  await page.getByText(`${strikes.lifted}: They pasted their own notes.`).waitFor()
  await page.getByText(strikes.spokenLifted(message)).waitFor({ state: 'attached' })
})

test('leaving fullscreen is noticed, and one click leads back', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  const { path, sessionId } = await invite(stage, await newInterview(stage))
  await claim(page, path)
  await page.getByRole('checkbox', { name: precheck.agree.browser }).check()
  await page.getByRole('button', { name: precheck.submit }).click()
  await page.getByRole('checkbox', { name: ready.fullscreen }).check()
  await start(page)
  await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null), WITHIN).toBe(true)
  await page.evaluate(() => document.exitFullscreen())
  await page.getByText(room.fullscreen.left).waitFor()
  await expect.poll(() => signalsOf(sessionId), WITHIN).toEqual([{ kind: 'fullscreen_left', details: {} }])
  await page.getByRole('button', { name: room.fullscreen.back }).click()
  await page.getByText(room.fullscreen.left).waitFor({ state: 'detached' })
})

test('a hidden tab is noticed once and without a second signal for the same act; a reload is none', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  const { sessionId } = await sitDown(stage, person)
  const become = (state: 'hidden' | 'visible') =>
    page.evaluate((visibility) => {
      Object.defineProperty(document, 'visibilityState', { value: visibility, configurable: true })
      Object.defineProperty(document, 'hasFocus', {
        value: () => visibility === 'visible',
        configurable: true,
      })
      if (visibility === 'hidden') dispatchEvent(new Event('blur'))
      document.dispatchEvent(new Event('visibilitychange'))
      if (visibility === 'visible') dispatchEvent(new Event('focus'))
    }, state)
  await become('hidden')
  await expect.poll(() => signalsOf(sessionId), WITHIN).toEqual([{ kind: 'tab_hidden', details: {} }])
  await become('visible')
  // The order in which browsers tell a page that it is left; not all of them do so on a reload in tests.
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide')))
  await become('hidden')
  const before = await reporterOf(page)
  await page.reload()
  await answerField(page).waitFor()
  await reports(page, before)
  // Whatever the reload has left behind goes out before this one.
  await paste(page, 'x')
  await expect
    .poll(async () => (await signalsOf(sessionId)).map(({ kind }) => kind), WITHIN)
    .toEqual(['tab_hidden', 'tab_visible', 'paste'])
})

test('another window in front of a visible page is noticed, and the return to it', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  const { sessionId } = await sitDown(stage, person)
  await page.evaluate(() => {
    Object.defineProperty(document, 'hasFocus', { value: () => false, configurable: true })
    dispatchEvent(new Event('blur'))
  })
  const kinds = async () => (await signalsOf(sessionId)).map(({ kind }) => kind)
  await expect.poll(kinds, WITHIN).toEqual(['focus_lost'])
  await page.evaluate(() => dispatchEvent(new Event('focus')))
  await expect.poll(kinds, WITHIN).toEqual(['focus_lost', 'focus_gained'])
})

test('a connection that was lost for a while is told once it is back', async () => {
  await using person = await stage.newPerson()
  const { page, context } = person
  const { sessionId } = await sitDown(stage, person)
  person.expectErrors(/ERR_INTERNET_DISCONNECTED/)
  await context.setOffline(true)
  const stored = () => page.evaluate(() => JSON.stringify(localStorage))
  await expect.poll(stored, WITHIN).toContain('network_lost')
  await context.setOffline(false)
  await expect
    .poll(async () => (await signalsOf(sessionId)).map(({ kind }) => kind), WITHIN)
    .toEqual(['network_lost', 'network_regained'])
})

test('without consent nothing is noticed', async () => {
  const interview = await newInterview(stage, { sensors: [{ sensor: 'browser', required: false }] })
  await using person = await stage.newPerson()
  const { page } = person
  const { path, sessionId } = await invite(stage, interview)
  await claim(page, path)
  await page.getByRole('button', { name: precheck.submit }).click()
  await page.getByRole('checkbox', { name: ready.fullscreen }).uncheck()
  await start(page)
  await paste(page, 'mine')
  await page.evaluate(() => dispatchEvent(new Event('blur')))
  await answerField(page).fill('An answer goes out after whatever was noticed before it')
  await page.getByRole('button', { name: room.submit }).click()
  await page.getByText(room.question(2, 2), { exact: true }).waitFor()
  expect(await signalsOf(sessionId)).toEqual([])
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('paste')
})
