import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CANDIDATE_PAGES, whole } from './stage/candidate-pages.ts'
import { expectAccessible, type Stage, startStage, takeScreenshots } from './stage/index.ts'
import { layoutShift, watchLayout } from './stage/layout-shift.ts'
import { expectFitsPhone, settled } from './stage/screens.ts'
import { holdEvents } from './stage/server-moods.ts'

/* An invitation is a screen with an address of its own: every-screen.test.ts goes through those. */

const MOST_SHIFT = 0.02

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage?.[Symbol.asyncDispose]())

describe.each(CANDIDATE_PAGES.map((page) => [page.name, page] as const))('%s', (name, candidatePage) => {
  test('is accessible in light and dark on a phone, and fits it', async () => {
    await using person = await stage.newPerson({ viewport: { width: 360, height: 800 } })
    const { page } = person
    await candidatePage.reach(stage, page)
    await whole(candidatePage, page)
    await expectAccessible(page)
    await expectFitsPhone(page)
    await takeScreenshots(page, `candidate-full-${name}`)
  })

  test.each([
    ['phone', 360],
    ['laptop', 1280],
  ])('does not jump while it loads on a %s', async (_, width) => {
    await using person = await stage.newPerson({ viewport: { width, height: 800 } })
    const { page } = person
    await candidatePage.reach(stage, page)
    await watchLayout(page)
    // What shows the log may come last, whatever the machine: with it the page would otherwise jump now and then.
    const tellEvents = await holdEvents(page)
    await page.reload()
    await settled(page)
    tellEvents()
    await whole(candidatePage, page)
    await settled(page)
    const { sum, moved } = await layoutShift(page)
    expect(sum, moved.join('\n')).toBeLessThanOrEqual(MOST_SHIFT)
  })
})
