import type { InterviewDefinition } from '@viva/client'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { candidate } from '../src/strings/en/candidate.ts'
import { common } from '../src/strings/en/common.ts'
import {
  expectAccessible,
  FIRST_QUESTION,
  newInterview,
  type Stage,
  startStage,
  takeScreenshots,
} from './stage/index.ts'
import { answer, answerField, answersOf, asked, sitDown, WITHIN } from './stage/sitting.ts'

const { room, end } = candidate

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage?.[Symbol.asyncDispose]())

/** The second question has so many words that a busy machine, too, shows it growing. */
const FIRST_THEN_LONG: InterviewDefinition['questions'] = [
  { id: 'system', kind: 'fixed', text: FIRST_QUESTION, seconds: 600, maxFollowUps: 0 },
  { id: 'long', kind: 'ai', topic: 'a to z '.repeat(28).trim(), difficulty: 'medium', maxFollowUps: 0 },
]

const draftsOf = (page: Page) =>
  page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('viva-web.draft')))

test('the room shows the question, its place, both clocks, and counts words as they are typed', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  await sitDown(stage, person)
  await asked(page, FIRST_QUESTION).waitFor()
  await page.getByText(room.question(1, 2), { exact: true }).waitFor()
  await page.getByRole('timer', { name: room.timers.question }).waitFor()
  await page.getByRole('timer', { name: room.timers.total }).waitFor()
  await page.getByText(common.connection.open, { exact: true }).waitFor()
  await page.getByText(room.words(0), { exact: true }).waitFor()
  await answerField(page).fill("It's a well-known queue")
  await page.getByText(room.words(4), { exact: true }).waitFor()
  await page.getByText(room.saved).waitFor()
  await expectAccessible(page)
  await takeScreenshots(page, 'candidate-room')
})

test('a tab that crashes in the middle of a word loses nothing', async () => {
  await using person = await stage.newPerson()
  const { page, context } = person
  await sitDown(stage, person)
  const address = page.url()
  await answerField(page).pressSequentially('Half a wor')
  const devTools = await context.newCDPSession(page)
  const crashed = page.waitForEvent('crash')
  // Never answers: there is nobody left to.
  void devTools.send('Page.crash').catch(() => undefined)
  await crashed
  const next = await context.newPage()
  await next.goto(address)
  await asked(next, FIRST_QUESTION).waitFor()
  await expect.poll(() => answerField(next).inputValue(), WITHIN).toBe('Half a wor')
  await next.getByText(room.restored).waitFor()
})

test('Ctrl and Enter send; the draft goes once the server has it; the next question has the keyboard', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  const { sessionId } = await sitDown(stage, person)
  await answerField(page).fill('Sent from the keyboard')
  await answerField(page).press('ControlOrMeta+Enter')
  await page.getByText(room.question(2, 2), { exact: true }).waitFor()
  expect(await answersOf(stage, sessionId)).toEqual(['Sent from the keyboard'])
  await expect.poll(() => draftsOf(page), WITHIN).toEqual([])
  await answerField(page).waitFor()
  await expect.poll(() => answerField(page).evaluate((field) => field === document.activeElement)).toBe(true)
})

test('a question that the AI writes comes in word by word, and is read out once, whole', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  await sitDown(stage, person, await newInterview(stage, { questions: FIRST_THEN_LONG }))
  await page.evaluate(() => {
    const seen: string[] = []
    const spoken: string[] = []
    Object.assign(window, { seen, spoken })
    new MutationObserver(() => {
      const streaming = document.querySelector('[data-streaming]')?.textContent
      if (streaming && seen.at(-1) !== streaming) seen.push(streaming)
      for (const region of document.querySelectorAll('[role=status]')) {
        const text = region.textContent ?? ''
        if (text.startsWith('Question 2') && spoken.at(-1) !== text) spoken.push(text)
      }
    }).observe(document.body, { childList: true, subtree: true, characterData: true })
  })
  await answer(page, 'A queue.')
  const { seen, spoken } = await page.evaluate(() => ({
    seen: Reflect.get(window, 'seen') as string[],
    spoken: Reflect.get(window, 'spoken') as string[],
  }))
  const text = (await page.getByRole('heading', { level: 2 }).first().textContent()) ?? ''
  expect(seen.length).toBeGreaterThan(2)
  for (const part of seen) expect(text.startsWith(part), part).toBe(true)
  expect(seen[0]?.length).toBeLessThan(text.length)
  expect(new Set(spoken.filter((line) => !line.endsWith(text)))).toEqual(new Set())
  expect(spoken.length).toBeGreaterThan(0)
})

test('skipping asks first, sends an empty answer, and goes on', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  const { sessionId } = await sitDown(stage, person)
  await answerField(page).fill('Not for sending')
  await page.getByRole('button', { name: room.skip, exact: true }).click()
  await page.getByText(room.skipLoses).waitFor()
  await expectAccessible(page)
  await page.getByRole('dialog').getByRole('button', { name: common.cancel }).click()
  expect(await answerField(page).inputValue()).toBe('Not for sending')
  await page.getByRole('button', { name: room.skip, exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: room.skipConfirm }).click()
  await page.getByText(room.question(2, 2), { exact: true }).waitFor()
  expect(await answersOf(stage, sessionId)).toEqual([''])
})

test('an answer that waited on this device when the page was closed is sent by the next page', async () => {
  await using person = await stage.newPerson()
  const { page, context } = person
  const { sessionId } = await sitDown(stage, person)
  const address = page.url()
  person.expectErrors(/sessions\.answer/)
  await context.route('**/trpc/sessions.answer', (route) => route.abort('internetdisconnected'))
  await answerField(page).fill('Written in a tunnel')
  await page.getByRole('button', { name: room.submit }).click()
  await page.getByText(room.waiting(1)).waitFor()
  await takeScreenshots(page, 'candidate-room-waiting')
  await page.close()
  await context.unroute('**/trpc/sessions.answer')
  const next = await context.newPage()
  await next.goto(address)
  await next.getByText(room.question(2, 2), { exact: true }).waitFor()
  expect(await answersOf(stage, sessionId)).toEqual(['Written in a tunnel'])
})

test('in the last minute words warn, and a late answer is kept', async () => {
  const interview = await newInterview(stage, {
    questions: [{ id: 'short', kind: 'fixed', text: FIRST_QUESTION, seconds: 30, maxFollowUps: 0 }],
  })
  await using person = await stage.newPerson()
  const { page } = person
  const { sessionId } = await sitDown(stage, person, interview)
  await page.getByText(room.timers.warnQuestion).waitFor({ state: 'attached' })
  await page.getByText(room.timers.lastMinute).waitFor()
  await answerField(page).fill('Slow, but right')
  await page.getByText(room.overNotice).waitFor()
  await page.getByText(room.timers.overQuestion, { exact: true }).waitFor({ state: 'attached' })
  await expectAccessible(page)
  await takeScreenshots(page, 'candidate-room-over')
  await page.getByRole('button', { name: room.submit }).click()
  await page.getByRole('heading', { name: room.done.title }).waitFor()
  const rows = await stage.sql`select text, late from answers where session_id = ${sessionId}`
  expect([...rows]).toEqual([{ text: 'Slow, but right', late: true }])
})

test('right before the whole time is over, what is written is sent by itself', async () => {
  const interview = await newInterview(stage, {
    questions: [{ id: 'one', kind: 'fixed', text: FIRST_QUESTION, maxFollowUps: 0 }],
    limits: { totalSeconds: 30, questionSeconds: 30 },
  })
  await using person = await stage.newPerson()
  const { page } = person
  const { sessionId } = await sitDown(stage, person, interview)
  await answerField(page).fill('I was just about to')
  await expect.poll(() => answersOf(stage, sessionId), { timeout: 60_000 }).toEqual(['I was just about to'])
  await page.getByRole('heading', { level: 1, name: end.ended.title }).waitFor()
  await page.getByText(end.reasons.expired).waitFor()
})

test('a second tab says so, and takes over reporting when the first is closed', async () => {
  await using person = await stage.newPerson()
  const { page, context } = person
  const { sessionId } = await sitDown(stage, person)
  const other = await context.newPage()
  await other.goto(page.url())
  await other.getByText(room.otherTab.title).waitFor()
  const paste = (target: Page) =>
    answerField(target).evaluate((field) => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text/plain', '12345')
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }))
    })
  await paste(other)
  await paste(page)
  const pastes = async () => {
    const [row] = await stage.sql<{ count: number }[]>`
      select count(*)::int from session_events
      where session_id = ${sessionId} and type = 'signal.recorded' and payload->>'kind' = 'paste'`
    return row?.count
  }
  await expect.poll(pastes, WITHIN).toBe(1)
  await page.close()
  await other.getByText(room.otherTab.title).waitFor({ state: 'detached' })
  await paste(other)
  await expect.poll(pastes, WITHIN).toBe(2)
})
