import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { router } from '../src/router.tsx'
import {
  expectAccessible,
  logIn,
  type Person,
  type Stage,
  startStage,
  takeScreenshots,
} from './stage/index.ts'
import { layoutShift, watchLayout } from './stage/layout-shift.ts'
import {
  expectFitsPhone,
  type Ids,
  LEADING_ON,
  prepareScreens,
  SCREENS,
  type Screen,
  settled,
} from './stage/screens.ts'

const MOST_SHIFT = 0.02

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
  await settled(person.page)
}

test('every address that the router knows is gone through', () => {
  const known = Object.keys(router.routesByPath).map((path) => path.replace(/(?<=.)\/$/, ''))
  expect([...new Set(known)].sort()).toEqual([...Object.keys(SCREENS), ...LEADING_ON].sort())
})

test("a company's bare address leads to what one's role works on", async () => {
  await using reviewer = await stage.newPerson()
  await logIn(stage, reviewer, 'reviewer')
  await reviewer.page.goto(`/c/${ids.companyId}`)
  await reviewer.page.waitForURL(`**/c/${ids.companyId}/sessions`)
  await using employee = await stage.newPerson()
  await logIn(stage, employee, 'employee')
  await employee.page.goto(`/c/${ids.companyId}`)
  await employee.page.waitForURL(`**/c/${ids.companyId}/interviews`)
})

describe.each(Object.values(SCREENS).map((screen) => [screen.name, screen] as const))(
  '%s',
  (name, screen) => {
    test('is accessible in light and dark, on a phone and on a laptop, and fits both', async () => {
      await using person = await stage.newPerson()
      const { page } = person
      await open(person, screen)
      await expectAccessible(page)
      await expectFitsPhone(page)
      await page.setViewportSize({ width: 360, height: 800 })
      await expectAccessible(page)
      await takeScreenshots(page, `screen-${name}`)
    })

    test.each([
      ['phone', 360],
      ['laptop', 1280],
    ])('does not jump while it loads on a %s', async (_, width) => {
      await using person = await stage.newPerson({ viewport: { width, height: 800 } })
      await watchLayout(person.page)
      await open(person, screen)
      const { sum, moved } = await layoutShift(person.page)
      expect(sum, moved.join('\n')).toBeLessThanOrEqual(MOST_SHIFT)
    })
  },
)
