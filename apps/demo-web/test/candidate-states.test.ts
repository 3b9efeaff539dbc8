import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { candidate } from '../src/strings/en/candidate.ts'
import { common } from '../src/strings/en/common.ts'
import { CANDIDATE_PAGES, pageNamed, whole } from './stage/candidate-pages.ts'
import {
  expectAccessible,
  invite,
  newInterview,
  type Stage,
  startStage,
  takeScreenshots,
} from './stage/index.ts'
import { expectFitsPhone, settled } from './stage/screens.ts'
import { holdAnswers, QUESTIONS, refuseAnswers } from './stage/server-moods.ts'
import { answerField, claim, handIn, WITHIN } from './stage/sitting.ts'

/* An invitation is a screen with an address of its own: every-state.test.ts shows it in these states. */

const { end, precheck, ready, records, room } = candidate

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage?.[Symbol.asyncDispose]())

async function expectWellMade(page: Page, name: string): Promise<void> {
  await expectAccessible(page)
  await expectFitsPhone(page)
  await takeScreenshots(page, `candidate-${name}`)
}

/** Clicks on the way on until nothing failed any more: pages ask again by themselves, too. */
async function tryAgain(page: Page): Promise<void> {
  const again = page.getByRole('button', { name: common.tryAgain }).first()
  await again.waitFor()
  await expect
    .poll(async () => {
      // It may be gone before it is clicked.
      if (await again.isVisible()) await again.click({ timeout: 5000 }).catch(() => undefined)
      return page.getByRole('alert').count()
    }, WITHIN)
    .toBe(0)
}

describe.each(CANDIDATE_PAGES.map((page) => [page.name, page] as const))('%s', (name, candidatePage) => {
  test('says that it waits as long as it does, and then shows what it waited for', async () => {
    await using person = await stage.newPerson()
    const { page } = person
    await candidatePage.reach(stage, page)
    const release = await holdAnswers(page, QUESTIONS)
    await page.reload()
    await page.getByText(common.loading, { exact: true }).first().waitFor({ state: 'attached' })
    await expectWellMade(page, `loading-${name}`)
    await release()
    await whole(candidatePage, page)
    await settled(page)
  })

  test('says what failed where the server refuses, and offers a way on', async () => {
    await using person = await stage.newPerson()
    const { page } = person
    await candidatePage.reach(stage, page)
    const accept = await refuseAnswers(person, QUESTIONS, 'OVERLOADED')
    await page.reload()
    await page.getByRole('heading', { level: 1, name: candidate.gate.unreachable }).waitFor()
    await expectWellMade(page, `error-${name}`)
    accept()
    await tryAgain(page)
    await whole(candidatePage, page)
  })
})

test('the end page says that it waits for what was recorded, and what failed; a click reads it', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  const theEnd = pageNamed('end')
  await theEnd.reach(stage, page)
  const release = await holdAnswers(page, SUMMARY)
  await page.reload()
  await page.getByRole('heading', { level: 2, name: end.recordedTitle }).waitFor()
  await page.getByText(common.loading, { exact: true }).first().waitFor({ state: 'attached' })
  await expectWellMade(page, 'loading-end-summary')
  await release()
  await whole(theEnd, page)
  const accept = await refuseAnswers(person, SUMMARY, 'INTERNAL')
  await page.reload()
  await page.getByRole('alert').waitFor()
  expect(await page.getByRole('heading', { name: end.proofTitle }).count()).toBe(0)
  await expectWellMade(page, 'error-end-summary')
  accept()
  await tryAgain(page)
  await whole(theEnd, page)
})
const SUMMARY = '**/trpc/sessions.summary*'

test('the room says why its first question cannot be had, and that it is on its way once it is asked for again', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  await pageNamed('ready').reach(stage, page)
  await page.getByRole('checkbox', { name: ready.fullscreen }).uncheck()
  const accept = await refuseAnswers(person, NEXT, 'AI_BUDGET_EXCEEDED')
  await page.getByRole('button', { name: ready.start }).click()
  await page.getByRole('alert').waitFor()
  await expectWellMade(page, 'error-question')
  accept()
  const release = await holdAnswers(page, NEXT)
  await page.getByRole('button', { name: common.tryAgain }).click()
  await page.getByText(room.asking, { exact: true }).waitFor()
  await expectWellMade(page, 'loading-question')
  await release()
  await answerField(page).waitFor()
})
const NEXT = '**/trpc/sessions.nextQuestion'

test('an interview that records nothing says so on each page, to its end', async () => {
  const { path } = await invite(stage, await newInterview(stage, { sensors: [] }))
  await using person = await stage.newPerson()
  const { page } = person
  await page.goto(path)
  await page.getByText(records.nothing).waitFor()
  await expectWellMade(page, 'empty-invitation')
  await claim(page, path)
  await page.getByText(records.nothing).waitFor()
  await expectWellMade(page, 'empty-precheck')
  await page.getByRole('button', { name: precheck.submit }).click()
  await page.getByText(ready.agreedNothing).waitFor()
  await expectWellMade(page, 'empty-ready')
  const fullscreen = page.getByRole('checkbox', { name: ready.fullscreen })
  if (await fullscreen.isChecked()) await fullscreen.uncheck()
  await page.getByRole('button', { name: ready.start }).click()
  await answerField(page).waitFor()
  await expectWellMade(page, 'empty-room')
  await handIn(page)
  await page.getByRole('button', { name: end.copyProof }).waitFor()
  await expectWellMade(page, 'empty-end')
})
