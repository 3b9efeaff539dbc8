import type { Page, Route } from 'playwright-core'
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
import { WITHIN } from './stage/sitting.ts'

/** What screens ask for. Who one is and where one belongs is known before. */
const QUESTIONS = /\/trpc\/(?!auth\.)/

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
    const held: Route[] = []
    let isHeld = true
    await page.route(QUESTIONS, (route) => {
      if (!isHeld) return route.continue()
      held.push(route)
      return undefined
    })
    await open(person, screen)
    await page.getByText(common.loading, { exact: true }).first().waitFor({ state: 'attached' })
    await expectWellMade(page, `loading-${name}`)
    isHeld = false
    await Promise.all(held.map((route) => route.continue()))
    await settled(page)
  })

  test('says what failed where the server refuses, and offers a way on', async () => {
    await using person = await stage.newPerson()
    const { page } = person
    person.expectErrors(/status of 503/)
    await page.route(QUESTIONS, (route) => route.fulfill({ status: 503, json: REFUSAL }))
    await open(person, screen)
    await page.getByRole('alert').first().waitFor()
    await expectWellMade(page, `error-${name}`)
    await page.unrouteAll({ behavior: 'wait' })
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

/** How the server says that it has too much to do. Browsers of the app try again by themselves before they say so. */
const REFUSAL = {
  error: {
    code: -32008,
    message: 'Too much at once.',
    data: {
      code: 'SERVICE_UNAVAILABLE',
      httpStatus: 503,
      app: {
        code: 'OVERLOADED',
        message: 'Too much at once.',
        requestId: 'request-of-a-test',
        details: { retryAfterSeconds: 0 },
      },
    },
  },
}
