import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { candidate } from '../../src/strings/en/candidate.ts'
import { invite, newInterview, type StagedInterview, type StagedInvitation } from './interviewing.ts'
import type { Person } from './person.ts'
import type { Stage } from './stage.ts'

const { invitation, precheck, ready, room } = candidate

/** The name under which candidates come. */
export const CANDIDATE = 'Robin Candidate'

/** Opens an invitation and begins: the page then shows the precheck. */
export async function claim(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.getByLabel(invitation.name).fill(CANDIDATE)
  await page.getByRole('button', { name: invitation.begin }).click()
  await page.waitForURL(/\/s\//)
  await page.getByRole('heading', { level: 1, name: precheck.title }).waitFor()
}

/** Agrees to what the page notices, and to nothing else: the page then can start the interview. */
export async function agree(page: Page): Promise<void> {
  await page.getByRole('checkbox', { name: precheck.agree.browser }).check()
  await page.getByRole('button', { name: precheck.submit }).click()
  await page.getByRole('heading', { level: 1, name: ready.title }).waitFor()
}

/** Starts the interview and waits for the first question. */
export async function start(page: Page): Promise<void> {
  await page.getByRole('button', { name: ready.start }).click()
  await answerField(page).waitFor()
  await reports(page)
}

/** Which document reports what happens in the tabs of a page's session. */
export function reporterOf(page: Page): Promise<string | undefined> {
  return page.evaluate(async () => {
    const { held = [] } = await navigator.locks.query()
    const name = `viva-web.signals.${location.pathname.split('/').at(-1)}`
    return held.find((lock) => lock.name === name)?.clientId
  })
}

/** Waits until a page reports what happens in it, which it does a moment after it is there; after a reload, not `before`. */
export async function reports(page: Page, before?: string): Promise<void> {
  await expect
    .poll(async () => {
      const reporter = await reporterOf(page)
      return reporter !== undefined && reporter !== before
    }, WITHIN)
    .toBe(true)
}

/** Where the candidate writes. */
export const answerField = (page: Page) => page.getByRole('textbox', { name: room.answer })

/** A question as the room asks it. */
export const asked = (page: Page, question: string) => page.getByRole('heading', { level: 2, name: question })

/** Sends an answer and waits until the next question, or the end of the questions, is there. */
export async function answer(page: Page, text: string): Promise<void> {
  await answerField(page).fill(text)
  await page.getByRole('button', { name: room.submit }).click()
  await expect
    .poll(async () => {
      if (await page.getByRole('heading', { name: room.done.title }).isVisible()) return true
      return (await answerField(page).isVisible()) && (await answerField(page).inputValue()) === ''
    }, WITHIN)
    .toBe(true)
}

/** Hands the interview in and waits for the end page. */
export async function handIn(page: Page): Promise<void> {
  await page.getByRole('button', { name: room.finish, exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: room.finishConfirm }).click()
  await page.getByRole('heading', { level: 1, name: candidate.end.completed.title }).waitFor()
}

/** Takes a candidate by an invitation up to the first question, without fullscreen or recordings. */
export async function sitDown(
  stage: Stage,
  person: Person,
  interview?: StagedInterview,
): Promise<StagedInvitation> {
  const invited = await invite(stage, interview ?? (await newInterview(stage)))
  const { page } = person
  await claim(page, `${stage.url}${invited.path}`)
  await agree(page)
  // Fullscreen is for the tests of fullscreen: elsewhere it would only add to the log.
  const fullscreen = page.getByRole('checkbox', { name: ready.fullscreen })
  if (await fullscreen.isVisible()) await fullscreen.uncheck()
  await start(page)
  return invited
}

/** How long browsers may take on a busy machine, and how often they are asked. */
export const WITHIN = { timeout: 60_000, interval: 100 }

/** What a clock of the room shows, in seconds; not a number where it shows no time. */
export function secondsOf(text: string | null | undefined): number {
  const [, hours = '0', minutes, seconds] = /(?:(\d+):)?(\d+):(\d+)/.exec(text ?? '') ?? []
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
}

/** The answers that the server has stored, oldest first. */
export async function answersOf(stage: Stage, sessionId: string): Promise<string[]> {
  const rows = await stage.sql<{ text: string }[]>`
    select text from answers where session_id = ${sessionId} order by received_at`
  return rows.map(({ text }) => text)
}
