import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { candidate } from '../src/strings/en/candidate.ts'
import { FIRST_QUESTION, newInterview, type Person, type Stage, startStage } from './stage/index.ts'
import { answerField, answersOf, sitDown } from './stage/sitting.ts'

const { end, room } = candidate
const LONGEST = 50_000

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage?.[Symbol.asyncDispose]())

/** Takes somebody to the only question of an interview that is soon over. */
async function sitShortly(person: Person): Promise<string> {
  const interview = await newInterview(stage, {
    questions: [{ id: 'one', kind: 'fixed', text: FIRST_QUESTION, maxFollowUps: 0 }],
    limits: { totalSeconds: 30, questionSeconds: 30 },
  })
  const { sessionId } = await sitDown(stage, person, interview)
  return sessionId
}

test('what two tabs hold at the end is sent by one of them, without what is too long', async () => {
  await using person = await stage.newPerson()
  const { page, context } = person
  const sessionId = await sitShortly(person)
  let sent = 0
  context.on('request', (request) => {
    if (request.url().includes('sessions.answer')) sent += 1
  })
  const other = await context.newPage()
  await other.goto(page.url())
  await other.getByText(room.otherTab.title).waitFor()
  const text = 'long'.repeat(LONGEST / 4 + 1)
  await answerField(page).fill(text)
  await expect.poll(() => answerField(other).inputValue()).toBe(text)
  await page.getByText(end.reasons.expired).waitFor()
  await other.getByText(end.reasons.expired).waitFor()
  expect((await answersOf(stage, sessionId)).map(({ length }) => length)).toEqual([LONGEST])
  expect(sent).toBe(1)
})

test('whoever begins to write within the last seconds is still heard', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  const sessionId = await sitShortly(person)
  await writeInLastSeconds(page, 'Yes.')
  await page.getByText(end.reasons.expired).waitFor()
  expect(await answersOf(stage, sessionId)).toEqual(['Yes.'])
})

/** Writes as soon as the clock shows three seconds: inside the page, for a busy machine may look at it too late. */
async function writeInLastSeconds(page: Page, text: string): Promise<void> {
  await page.getByRole('timer', { name: room.timers.total }).evaluate(
    (timer, written) =>
      new Promise<void>((resolve) => {
        const look = setInterval(() => {
          if (!/0:0[0-3]/.test(timer.textContent ?? '')) return
          clearInterval(look)
          const field = document.querySelector('textarea')
          // React hears of a value that is set past its own.
          Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set?.call(field, written)
          field?.dispatchEvent(new Event('input', { bubbles: true }))
          resolve()
        }, 50)
      }),
    text,
  )
}
