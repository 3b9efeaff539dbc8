import type { Locator, Page } from 'playwright-core'
import { candidate } from '../../src/strings/en/candidate.ts'
import { invite, newInterview } from './interviewing.ts'
import { agree, answerField, claim, start } from './sitting.ts'
import type { Stage } from './stage.ts'

const { end, precheck, ready, room, strikes } = candidate

/** A page of a sitting with as much on it as there can be: recordings, a strike, words that were not sent. */
export interface CandidatePage {
  name: string
  /** Takes a candidate there, from an invitation of their own. */
  reach(stage: Stage, page: Page): Promise<void>
  /** What is there once the page is whole, after a reload, too. */
  whole(page: Page): Locator[]
}

const heading = (page: Page, name: string, level = 1) => page.getByRole('heading', { level, name })

async function decide(stage: Stage, page: Page): Promise<void> {
  const interview = await newInterview(stage, {
    title: 'Engineer for distributed systems and Datenschutzfolgenabschätzungen',
    sensors: [
      { sensor: 'browser', required: true },
      { sensor: 'camera', required: false },
      { sensor: 'microphone', required: false },
      { sensor: 'screen', required: false },
    ],
  })
  const { path } = await invite(stage, interview)
  await claim(page, path)
}

async function getReady(stage: Stage, page: Page): Promise<void> {
  await decide(stage, page)
  await page.getByRole('checkbox', { name: precheck.agree.camera }).check()
  await page.getByRole('checkbox', { name: precheck.agree.microphone }).check()
  await agree(page)
}

async function enterRoom(stage: Stage, page: Page): Promise<void> {
  await getReady(stage, page)
  await page.getByRole('checkbox', { name: ready.fullscreen }).uncheck()
  await start(page)
  await answerField(page).evaluate((field) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', 'Pasted.')
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }))
  })
  await page.getByText(strikes.text).waitFor()
  await answerField(page).fill(
    'Half a word, and an_identifier_that_is_longer_than_any_phone_is_wide_and_goes_on',
  )
  await page.getByText(room.saved).waitFor()
}

async function comeToTheEnd(stage: Stage, page: Page): Promise<void> {
  await enterRoom(stage, page)
  await page.getByRole('button', { name: room.withdraw, exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: room.withdrawConfirm }).click()
  await heading(page, end.ended.title).waitFor()
}

/** The pages behind `/s/$sessionId`, in their order. */
export const CANDIDATE_PAGES: readonly CandidatePage[] = [
  {
    name: 'precheck',
    reach: decide,
    whole: (page) => [
      heading(page, precheck.title),
      page.getByText(/The server (answers within|takes) \d+ ms/),
    ],
  },
  {
    name: 'ready',
    reach: getReady,
    whole: (page) => [heading(page, ready.title)],
  },
  {
    name: 'room',
    reach: enterRoom,
    whole: (page) => [answerField(page), page.getByText(room.saved), page.getByText(strikes.text)],
  },
  {
    name: 'end',
    reach: comeToTheEnd,
    whole: (page) => [
      heading(page, end.ended.title),
      heading(page, end.unsentTitle, 2),
      heading(page, strikes.title, 2),
      page.getByRole('button', { name: end.copyProof }),
    ],
  },
]

/** Waits until all of a page is there. */
export async function whole(candidatePage: CandidatePage, page: Page): Promise<void> {
  for (const part of candidatePage.whole(page)) await part.waitFor()
}

/** The page of that name. */
export function pageNamed(name: string): CandidatePage {
  const found = CANDIDATE_PAGES.find((candidatePage) => candidatePage.name === name)
  if (found === undefined) throw new Error(`the candidate has no page ${name}`)
  return found
}
