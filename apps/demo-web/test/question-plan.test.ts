import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { common } from '../src/strings/en/common.ts'
import { editing } from '../src/strings/en/editing.ts'
import { interviews as strings } from '../src/strings/en/interviews.ts'
import { companyOf, newInterview } from './new-interview.ts'
import { expectAccessible, logIn, type Person, type Stage, startStage } from './stage/index.ts'
import { WITHIN } from './stage/sitting.ts'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage?.[Symbol.asyncDispose]())

const { plan } = strings

/** Opens the editor of a new interview with these questions. */
async function openPlan(person: Person, questions: string[]): Promise<{ interviewId: string }> {
  const viva = await stage.client('hr')
  const interview = await newInterview(viva, { title: 'Order', questions })
  await logIn(stage, person, 'hr')
  await person.page.goto(`/c/${interview.companyId}/interviews/${interview.id}`)
  await person.page.getByRole('group', { name: plan.question(questions.length) }).waitFor()
  return { interviewId: interview.id }
}

const order = (page: Page): Promise<string[]> =>
  page
    .getByLabel(plan.words)
    .evaluateAll((fields) => fields.map((field) => (field as HTMLTextAreaElement).value))
const isFocused = (locator: Locator): Promise<boolean> =>
  locator.evaluate((element) => element === document.activeElement)
/** Words of dragging, as they are read out. */
const spoken = (page: Page, words: string) => page.locator('[aria-live="assertive"]').getByText(words)
const handle = (page: Page, position: number) => page.getByRole('button', { name: plan.drag(position) })

/** Lifts a question with the key that does so, until it follows the arrows. */
async function lift(page: Page, position: number, count: number): Promise<void> {
  await page.keyboard.press('Space')
  await spoken(page, plan.lifted(position, count)).waitFor({ state: 'attached' })
  // The library hears the arrows from a timer on, which the browser puts off while keys are pressed. Timers run in
  // the order in which they were set, so this one is over after it.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)))
}

async function centre(locator: Locator): Promise<{ x: number; y: number }> {
  await locator.scrollIntoViewIfNeeded()
  const box = await locator.boundingBox()
  if (!box) throw new Error('it is not on the page')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

async function savedOrder(interviewId: string): Promise<string[]> {
  const viva = await stage.client('hr')
  const companyId = await companyOf(viva)
  const { definition } = await viva.api.interviews.get.query({ companyId, interviewId })
  return definition.questions.map((question) => (question.kind === 'fixed' ? question.text : question.topic))
}

test('questions are put in order with the mouse, and saved in that order', async () => {
  await using person = await stage.newPerson({ viewport: { width: 1280, height: 1400 } })
  const { page } = person
  const { interviewId } = await openPlan(person, ['one', 'two', 'three'])
  const from = await centre(handle(page, 1))
  const to = await centre(handle(page, 3))
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move(from.x, from.y + 20, { steps: 4 })
  await page.mouse.move(to.x, to.y + 40, { steps: 12 })
  // Let go of where it is shown to be, and not where the page has yet to put it.
  await spoken(page, plan.over(3, 3)).waitFor({ state: 'attached' })
  await page.mouse.up()
  await expect.poll(() => order(page), WITHIN).toEqual(['two', 'three', 'one'])
  expect(await isFocused(handle(page, 3))).toBe(true)
  await page.getByRole('button', { name: common.save }).click()
  await page.getByText(editing.savedAs(2)).waitFor()
  expect(await savedOrder(interviewId)).toEqual(['two', 'three', 'one'])
})

test('questions are put in order with a finger, while the page stays where it is', async () => {
  await using person = await stage.newPerson({
    viewport: { width: 412, height: 1600 },
    hasTouch: true,
    isMobile: true,
  })
  const { page } = person
  await openPlan(person, ['one', 'two'])
  const from = await centre(handle(page, 2))
  const to = await centre(handle(page, 1))
  const scrolled = await page.evaluate(() => scrollY)
  const finger = await person.context.newCDPSession(page)
  await finger.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [from] })
  for (let step = 1; step <= 12; step += 1) {
    const y = from.y + ((to.y - 40 - from.y) * step) / 12
    await finger.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [{ x: from.x, y }] })
  }
  await spoken(page, plan.over(1, 2)).waitFor({ state: 'attached' })
  await finger.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  await expect.poll(() => order(page), WITHIN).toEqual(['two', 'one'])
  expect(await page.evaluate(() => scrollY)).toBe(scrolled)
})

test('questions are dragged with the keyboard, and each step is read out', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  await openPlan(person, ['one', 'two', 'three'])
  await handle(page, 1).focus()
  await lift(page, 1, 3)
  await page.keyboard.press('ArrowDown')
  await spoken(page, plan.over(2, 3)).waitFor({ state: 'attached' })
  await page.keyboard.press('Space')
  await spoken(page, plan.dropped(2, 3)).waitFor({ state: 'attached' })
  await expect.poll(() => order(page), WITHIN).toEqual(['two', 'one', 'three'])
  expect(await isFocused(handle(page, 2))).toBe(true)

  await lift(page, 2, 3)
  await page.keyboard.press('ArrowDown')
  await spoken(page, plan.over(3, 3)).waitFor({ state: 'attached' })
  await page.keyboard.press('Escape')
  await spoken(page, plan.cancelled(2)).waitFor({ state: 'attached' })
  expect(await order(page)).toEqual(['two', 'one', 'three'])
})

test('questions move without dragging, and the focus stays with what moved', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  await openPlan(person, ['one', 'two', 'three'])
  await page.getByRole('button', { name: plan.moveDown(1) }).click()
  expect(await order(page)).toEqual(['two', 'one', 'three'])
  await page.getByText(plan.moved(1, 2, 3)).waitFor({ state: 'attached' })
  expect(await isFocused(page.getByRole('button', { name: plan.moveDown(2) }))).toBe(true)
  await page.keyboard.press('Enter')
  expect(await order(page)).toEqual(['two', 'three', 'one'])
  // At the end there is nowhere to go; the focus is not lost over it.
  const last = page.getByRole('button', { name: plan.moveDown(3) })
  expect(await isFocused(last)).toBe(true)
  await page.keyboard.press('Enter')
  expect(await order(page)).toEqual(['two', 'three', 'one'])
  await page.getByRole('button', { name: plan.moveUp(2) }).click()
  expect(await order(page)).toEqual(['three', 'two', 'one'])
})

test('added, duplicated and removed questions keep what was typed, and say where the focus goes', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  const { interviewId } = await openPlan(person, ['one', 'two'])
  await page.getByRole('button', { name: plan.duplicate(1) }).click()
  expect(await order(page)).toEqual(['one', 'one', 'two'])
  expect(await isFocused(page.getByLabel(plan.words).nth(1))).toBe(true)
  await page.keyboard.press('End')
  await page.keyboard.type(', again')
  await page.getByRole('button', { name: plan.add }).click()
  expect(await isFocused(page.getByLabel(plan.words).nth(3))).toBe(true)
  await page.keyboard.type('four')
  await page.getByRole('button', { name: plan.remove(1) }).click()
  await page.getByText(plan.removed(1, 3)).waitFor({ state: 'attached' })
  expect(await isFocused(handle(page, 1))).toBe(true)
  expect(await order(page)).toEqual(['one, again', 'two', 'four'])
  await expectAccessible(page)
  await page.getByRole('button', { name: common.save }).click()
  await page.getByText(editing.savedAs(2)).waitFor()
  expect(await savedOrder(interviewId)).toEqual(['one, again', 'two', 'four'])

  for (let left = 3; left > 0; left -= 1) await page.getByRole('button', { name: plan.remove(1) }).click()
  await page.getByText(plan.empty).waitFor()
  expect(await isFocused(page.getByRole('button', { name: plan.add }))).toBe(true)
  await page.getByRole('button', { name: common.save }).click()
  await page.getByRole('alert').getByText('At least one is needed.').waitFor()
})
