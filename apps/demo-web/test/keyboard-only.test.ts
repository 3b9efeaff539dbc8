import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { candidate } from '../src/strings/en/candidate.ts'
import { report } from '../src/strings/en/report.ts'
import { FIRST_QUESTION, invite, newInterview, playSession, type Stage, startStage } from './stage/index.ts'
import { answerField, asked, CANDIDATE } from './stage/sitting.ts'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage?.[Symbol.asyncDispose]())

const MOST_STOPS = 80

/** Presses Tab until something has the focus, and looks at each stop on the way whether it can be seen. */
async function tabTo(page: Page, goal: Locator): Promise<void> {
  await goal.waitFor()
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    await page.keyboard.press('Tab')
    expect(await page.evaluate(focusIsSeen), `stop ${stop + 1} on ${page.url()}`).toBe('seen')
    if (await goal.evaluate((element) => element === document.activeElement)) return
  }
  throw new Error(`Tab does not lead to ${goal} on ${page.url()}`)
}

/** `seen`, or what has the focus without showing it. */
function focusIsSeen(): string {
  const focused = document.activeElement
  if (focused === null || focused === document.body) return 'seen'
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(focused)
  const isOutlined = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1
  const { width, height, bottom, right } = focused.getBoundingClientRect()
  const isOnPage = width > 0 && height > 0 && bottom > 0 && right > 0
  return (isOutlined || boxShadow !== 'none') && isOnPage ? 'seen' : focused.outerHTML.slice(0, 200)
}

test('a reviewer logs in, finds a session and reads its report without a mouse', async () => {
  const { companyId } = await playSession(stage, { name: 'Kim Keyboard' })
  await using person = await stage.newPerson()
  const { page } = person
  await page.goto('/')
  await tabTo(page, page.getByRole('button', { name: /Rosa Reviewer/ }))
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/c/${companyId}/sessions`)
  await tabTo(page, page.getByRole('link', { name: /Kim Keyboard/ }))
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: report.titleOf('Kim Keyboard') }).waitFor()
  await page.getByText(report.seal.good, { exact: true }).waitFor()
})

test('a candidate agrees, answers and hands in without a mouse', async () => {
  const { path } = await invite(stage, await newInterview(stage))
  await using person = await stage.newPerson()
  const { page } = person
  const { keyboard } = page
  await page.goto(path)
  await tabTo(page, page.getByLabel(candidate.invitation.name))
  await keyboard.type(CANDIDATE)
  await keyboard.press('Enter')
  await tabTo(page, page.getByRole('checkbox', { name: candidate.precheck.agree.browser }))
  await keyboard.press('Space')
  await tabTo(page, page.getByRole('button', { name: candidate.precheck.submit }))
  await keyboard.press('Enter')
  await tabTo(page, page.getByRole('checkbox', { name: candidate.ready.fullscreen }))
  await keyboard.press('Space')
  await tabTo(page, page.getByRole('button', { name: candidate.ready.start }))
  await keyboard.press('Enter')
  await asked(page, FIRST_QUESTION).waitFor()
  await tabTo(page, answerField(page))
  await keyboard.type('A queue.')
  await keyboard.press('ControlOrMeta+Enter')
  await page.getByText(candidate.room.question(2, 2), { exact: true }).waitFor()
  // Whoever was typing goes on typing.
  await expect.poll(() => answerField(page).evaluate((field) => field === document.activeElement)).toBe(true)
  await keyboard.type('And its worker.')
  await keyboard.press('ControlOrMeta+Enter')
  await page.getByRole('heading', { name: candidate.room.done.title }).waitFor()
  await tabTo(page, page.getByRole('button', { name: candidate.room.finish, exact: true }))
  await keyboard.press('Enter')
  await tabTo(page, page.getByRole('dialog').getByRole('button', { name: candidate.room.finishConfirm }))
  await keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: candidate.end.completed.title }).waitFor()
})
