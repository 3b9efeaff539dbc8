import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { candidate } from '../src/strings/en/candidate.ts'
import { FIRST_QUESTION, type Stage, startStage } from './stage/index.ts'
import { answer, answerField, answersOf, asked, secondsOf, sitDown, WITHIN } from './stage/sitting.ts'

const { room } = candidate

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage?.[Symbol.asyncDispose]())

const TEXT = '  Two lines,\nwith  spaces, "quotes" and ünïcode 🎈 '

test('a reload resumes the question, the text to its last character, and a clock that never stopped', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  const { sessionId } = await sitDown(stage, person)
  await asked(page, FIRST_QUESTION).waitFor()
  await answerField(page).fill(TEXT)
  await page.getByText(room.saved).waitFor()
  const before = await clocks(page)

  await page.reload()
  await asked(page, FIRST_QUESTION).waitFor()
  await expect.poll(() => answerField(page).inputValue(), WITHIN).toBe(TEXT)
  await expect.poll(async () => astray(before, await clocks(page)), WITHIN).toEqual([])
  expect(await answersOf(stage, sessionId)).toEqual([])
})

test('a question that the AI wrote is the same after a reload, and so is it in a new tab', async () => {
  await using person = await stage.newPerson()
  const { page, context } = person
  const { sessionId } = await sitDown(stage, person)
  await answer(page, 'A queue, and the worker that empties it.')
  const question = await questionText(stage, sessionId, 2)
  await asked(page, question).waitFor()
  await answerField(page).fill('Begun here')
  await page.getByText(room.saved).waitFor()
  await page.reload()
  await asked(page, question).waitFor()
  await expect.poll(() => answerField(page).inputValue(), WITHIN).toBe('Begun here')

  const address = page.url()
  await page.close()
  const other = await context.newPage()
  await other.goto(address)
  await asked(other, question).waitFor()
  await expect.poll(() => answerField(other).inputValue(), WITHIN).toBe('Begun here')
  await answer(other, 'Begun here, ended there')
  expect(await answersOf(stage, sessionId)).toEqual([
    'A queue, and the worker that empties it.',
    'Begun here, ended there',
  ])
})

interface Clocks {
  question: number
  total: number
  readAt: number
}

/** Both clocks and the time at one moment: between two looks at a page a busy machine lets seconds pass. */
async function clocks(page: Page): Promise<Clocks> {
  const { shown, readAt } = await page.evaluate(
    (labels) => ({
      shown: labels.map(
        (label) => document.querySelector(`[role=timer][aria-label="${label}"]`)?.textContent,
      ),
      readAt: Date.now(),
    }),
    [room.timers.question, room.timers.total],
  )
  const [question, total] = shown.map(secondsOf)
  return { question: question ?? Number.NaN, total: total ?? Number.NaN, readAt }
}

/** The clocks that began anew or stood still: what is left is less by what has passed, to the second of their display. */
function astray(before: Clocks, after: Clocks): string[] {
  const passed = (after.readAt - before.readAt) / 1000
  return (['question', 'total'] as const)
    .map((clock) => ({ clock, ran: before[clock] - after[clock] }))
    .filter(({ ran }) => !(Math.abs(ran - passed) < 2.5))
    .map(({ clock, ran }) => `${clock}: ran ${ran} s in ${passed} s`)
}

async function questionText(on: Stage, sessionId: string, position: number): Promise<string> {
  const [row] = await on.sql<{ text: string }[]>`
    select text from questions where session_id = ${sessionId} and position = ${position}`
  if (row === undefined) throw new Error(`question ${position} was not asked`)
  return row.text
}
