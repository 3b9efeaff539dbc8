import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { events as eventStrings } from '../src/strings/en/events.ts'
import { report } from '../src/strings/en/report.ts'
import { beginSession, recordParts } from './report-session.ts'
import {
  expectAccessible,
  logIn,
  type Person,
  type Stage,
  type StagedInvitation,
  startStage,
} from './stage/index.ts'

const { recordings: strings } = report
const PLAY = strings.playOf(eventStrings.mediaKinds.video, strings.ofQuestion(1))

let stage: Stage
/** Completed, with a recording in two parts. */
let played: StagedInvitation

beforeAll(async () => {
  stage = await startStage()
  await using candidate = await beginSession(stage, {
    name: 'Cara Candidate',
    recording: await recordParts(stage, 2),
  })
  await candidate.finish()
  played = candidate
})
afterAll(() => stage?.[Symbol.asyncDispose]())

async function openReport(person: Person): Promise<Page> {
  await logIn(stage, person, 'reviewer')
  await person.page.goto(`/c/${played.companyId}/sessions/${played.sessionId}`)
  await person.page.getByRole('button', { name: PLAY }).waitFor()
  return person.page
}

/** Counts the links to recordings that a page asks for. */
function countLinks(page: Page): () => number {
  let links = 0
  page.on('request', (request) => {
    if (request.url().includes('/media.link')) links += 1
  })
  return () => links
}

/**
 * Has the page itself note each link that it asks for, and each of these words as its player says them: a part is played
 * faster than a busy machine looks at a page.
 */
async function noteSteps(page: Page, words: readonly string[]): Promise<() => Promise<string[]>> {
  await page.addInitScript((said) => {
    const steps: string[] = []
    Reflect.set(globalThis, 'steps', steps)
    const { fetch } = globalThis
    globalThis.fetch = (input, init) => {
      if (String(input instanceof Request ? input.url : input).includes('/media.link')) steps.push('link')
      return fetch(input, init)
    }
    let last = ''
    new MutationObserver(() => {
      for (const { textContent } of document.querySelectorAll('[role=status]')) {
        if (textContent === last || !said.includes(textContent ?? '')) continue
        last = textContent ?? ''
        steps.push(last)
      }
    }).observe(document, { childList: true, subtree: true, characterData: true })
  }, words)
  return () => page.evaluate(() => Reflect.get(globalThis, 'steps') as string[])
}

test('the parts of a recording play one after the other, each by a link asked for when it is needed', async () => {
  await using person = await stage.newPerson()
  const [first, second] = [strings.playing(1, 2), strings.playing(2, 2)]
  const steps = await noteSteps(person.page, [first, second, strings.ended])
  const page = await openReport(person)
  expect(await steps()).toEqual([])
  await page.getByRole('button', { name: PLAY }).click()
  await page.getByText(strings.ended).waitFor()
  expect(await steps()).toEqual(['link', first, 'link', second, strings.ended])
  await page.getByText(strings.noCaptions).waitFor()
  await expectAccessible(page)
})

test('a link that has expired is renewed, and the recording plays', async () => {
  await using person = await stage.newPerson()
  person.expectErrors(/404|403/)
  await person.page.route(
    '**/trpc/media.link*',
    async (route) => {
      const answer = await route.fetch()
      const body = (await answer.text())
        .replace(/signature=[\w-]+/, 'signature=expired')
        .replace(/"expiresAt":"[^"]+"/, '"expiresAt":"2020-01-01T00:00:00.000Z"')
      await route.fulfill({ response: answer, body })
    },
    { times: 1 },
  )
  const links = countLinks(person.page)
  const page = await openReport(person)
  await page.getByRole('button', { name: PLAY }).click()
  await page.getByText(strings.ended).waitFor()
  expect(links()).toBe(3)
})

test('a recording that the browser cannot play is said to be so, and can be saved with its hash beside it', async () => {
  await using person = await stage.newPerson()
  await person.page.route(/\/media\/[\w-]+\?/, (route) =>
    route.fulfill({ contentType: 'video/webm', body: 'no video at all' }),
  )
  const page = await openReport(person)
  await page.getByRole('button', { name: PLAY }).click()
  await page.getByText(strings.unplayable).waitFor()

  await page.unrouteAll()
  const viva = await stage.client('reviewer')
  const { companyId, sessionId } = played
  const { media } = await viva.api.reports.get.query({ companyId, sessionId })
  await page.getByText(strings.details).click()
  for (const { sha256 } of media) await page.getByText(sha256 ?? 'no hash').waitFor()
  const download = page.waitForEvent('download')
  await page
    .getByRole('button', { name: new RegExp(`${strings.downloadOf('')}.*${strings.part(2)}`) })
    .click()
  expect((await download).suggestedFilename()).toContain(media[1]?.id)
})
