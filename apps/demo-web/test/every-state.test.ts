import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { common } from '../src/strings/en/common.ts'
import {
  expectAccessible,
  logIn,
  type Person,
  type Stage,
  startStage,
  takeScreenshots,
} from './stage/index.ts'
import {
  expectFitsPhone,
  type Ids,
  logInToEmptyCompany,
  prepareScreens,
  SCREENS,
  type Screen,
  settled,
} from './stage/screens.ts'
import { holdAnswers, QUESTIONS, refuseAnswers } from './stage/server-moods.ts'
import { WITHIN } from './stage/sitting.ts'

let stage: Stage
let ids: Ids
beforeAll(async () => {
  stage = await startStage()
  ids = await prepareScreens(stage)
})
afterAll(() => stage?.[Symbol.asyncDispose]())

async function open(person: Person, { as, at }: Screen): Promise<void> {
  if (as !== undefined) await logIn(stage, person, as)
  await person.page.goto(at(ids))
}

async function expectWellMade(page: Page, name: string): Promise<void> {
  await expectAccessible(page)
  await expectFitsPhone(page)
  await takeScreenshots(page, name)
}

const asking = Object.values(SCREENS).filter(({ asks }) => asks)

describe.each(asking.map((screen) => [screen.name, screen] as const))('%s', (name, screen) => {
  test('says that it waits as long as it does, and then shows what it waited for', async () => {
    await using person = await stage.newPerson()
    const { page } = person
    const release = await holdAnswers(page, QUESTIONS)
    await open(person, screen)
    await page.getByText(common.loading, { exact: true }).first().waitFor({ state: 'attached' })
    await expectWellMade(page, `loading-${name}`)
    await release()
    await settled(page)
  })

  test('says what failed where the server refuses, and offers a way on', async () => {
    await using person = await stage.newPerson()
    const { page } = person
    const accept = await refuseAnswers(person, QUESTIONS, 'OVERLOADED')
    await open(person, screen)
    await page.getByRole('alert').first().waitFor()
    await expectWellMade(page, `error-${name}`)
    accept()
    // Where several parts failed, each has its own way on.
    const again = page.getByRole('button', { name: common.tryAgain }).first()
    await expect
      .poll(async () => {
        // It may be gone before it is clicked: screens ask again by themselves, too.
        if (await again.isVisible()) await again.click({ timeout: 1000 }).catch(() => undefined)
        return page.getByRole('alert').count()
      }, WITHIN)
      .toBe(0)
    await settled(page)
  })
})

describe.each(['interviews', 'policies', 'sessions', 'monitor'])('%s of a company that is new', (name) => {
  test('say what is missing and what to do about it', async () => {
    await using person = await stage.newPerson()
    const companyId = await logInToEmptyCompany(stage, person)
    await person.page.goto(`/c/${companyId}/${name}`)
    await settled(person.page)
    await expectWellMade(person.page, `empty-${name}`)
  })
})
