import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Locator, Page, Response } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { candidate } from '../src/strings/en/candidate.ts'
import { invite, newInterview, type Stage, startStage } from './stage/index.ts'
import { agree, answerField, CANDIDATE, claim, handIn, start } from './stage/sitting.ts'

const LIMIT = 150_000
/** Text that is in the libraries of the charts and of the editor, and nowhere else. */
const HEAVY = { charts: 'recharts-', editor: 'DndDescribedBy' }

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage?.[Symbol.asyncDispose]())

/** Every script that a page loads until it is let go, by its path. */
interface Scripts extends Disposable {
  bodies: ReadonlyMap<string, Promise<Buffer>>
}

function scriptsOf(page: Page): Scripts {
  const bodies = new Map<string, Promise<Buffer>>()
  const keep = (response: Response) => {
    const { pathname } = new URL(response.url())
    if (!/\.m?js$/.test(pathname)) return
    const body = response.body()
    bodies.set(pathname, body)
    // What comes too late to be weighed may be lost with the page. Whoever weighs it still sees that it failed.
    body.catch(() => undefined)
  }
  page.on('response', keep)
  return { bodies, [Symbol.dispose]: () => page.off('response', keep) }
}

async function weigh(bodies: Iterable<Promise<Buffer>>): Promise<number> {
  const sizes = await Promise.all([...bodies].map(async (body) => gzipSync(await body).length))
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function expectLight({ bodies }: Scripts): Promise<void> {
  // Those that are there now: what the page loads next comes in while these are weighed.
  const scripts = new Map(bodies)
  expect(scripts.size).toBeGreaterThan(0)
  expect(await weigh(scripts.values()), [...scripts.keys()].join(' ')).toBeLessThanOrEqual(LIMIT)
  for (const [path, body] of scripts) {
    for (const [what, mark] of Object.entries(HEAVY)) {
      expect((await body).includes(mark), `${path} holds the ${what}`).toBe(false)
    }
  }
}

test('the charts and the editor are in scripts that this test would recognise', () => {
  const assets = join(inject('webDir'), 'assets')
  const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'))
  for (const [what, mark] of Object.entries(HEAVY)) {
    const holders = scripts.filter((name) => readFileSync(join(assets, name)).includes(mark))
    expect(holders.length, what).toBeGreaterThan(0)
  }
})

test('an invitation that is opened for the first time loads at most 150 kB of JavaScript, gzipped', async () => {
  const { path } = await invite(stage, await newInterview(stage))
  await using person = await stage.newPerson()
  using scripts = scriptsOf(person.page)
  await person.page.goto(path)
  await person.page.getByLabel(candidate.invitation.name).fill(CANDIDATE)
  await person.page.waitForLoadState('networkidle')
  await expectLight(scripts)
})

test('each page of a sitting that is opened without a cache loads at most 150 kB of JavaScript, gzipped', async () => {
  const { path } = await invite(stage, await newInterview(stage))
  await using person = await stage.newPerson()
  const { page, context } = person
  const devTools = await context.newCDPSession(page)
  /** Weighs what is there once `isShown` is: a little later the page loads what comes next. */
  async function expectLightReload(isShown: () => Locator): Promise<void> {
    await devTools.send('Network.clearBrowserCache')
    using scripts = scriptsOf(page)
    await page.reload()
    await isShown().waitFor()
    await expectLight(scripts)
  }
  await claim(page, path)
  await expectLightReload(() => page.getByRole('heading', { level: 1, name: candidate.precheck.title }))
  await agree(page)
  await start(page)
  await expectLightReload(() => answerField(page))
  await handIn(page)
  await expectLightReload(() => page.getByRole('heading', { level: 1, name: candidate.end.completed.title }))
})
