import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { candidate } from '../src/strings/en/candidate.ts'
import { common } from '../src/strings/en/common.ts'
import { events } from '../src/strings/en/events.ts'
import { monitor } from '../src/strings/en/monitor.ts'
import { report } from '../src/strings/en/report.ts'
import { sessions } from '../src/strings/en/sessions.ts'
import { companyOf, logIn, type Person, type Stage, startStage, takeScreenshots } from './stage/index.ts'
import { allRecorded, watchRecorders } from './stage/recorders.ts'
import { answerField, asked, CANDIDATE, handIn, WITHIN } from './stage/sitting.ts'

/** The demo's interview: two questions that stand, one of them with a follow-up, and two that the AI writes. */
const INTERVIEW = 'Backend engineer: first conversation'
const ANSWERS = [
  'A queue in front of the printers, and the worker that empties it.',
  'That jobs may come twice, so each carries a key.',
  'I look at what changed last, then at what the slow requests share.',
  'Columns that may be empty first, and a view for those who read.',
  'We measured both ways, and I was wrong.',
]
/** What the standard policy says. */
const HIDDEN = 'The interview page was hidden more than once.'
const LEFT_FULLSCREEN = 'Fullscreen was left more than once.'
const PASTED = 'Text was pasted into an answer.'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage?.[Symbol.asyncDispose]())

test('a company invites, a candidate sits all of it watched live, and the report is verified and judged', async () => {
  const companyId = await companyOf(await stage.client('hr'))
  await using hr = await stage.newPerson()
  await using robin = await stage.newPerson({ realTabs: true })
  await using reviewer = await stage.newPerson()

  const link = await inviteInTheApp(hr, companyId)
  const { page } = robin
  await watchRecorders(page)
  await page.goto(link)
  await arrive(page)
  const sessionId = new URL(page.url()).pathname.split('/').at(-1) ?? ''

  await logIn(stage, reviewer, 'reviewer')
  await reviewer.page.goto(`/c/${companyId}/monitor?ids=${sessionId}`)
  const timeline = reviewer.page.getByLabel(monitor.timeline(CANDIDATE))
  const live = (text: string) => timeline.getByText(text).first().waitFor()
  await live(events.transitions.active)

  await page.getByRole('button', { name: candidate.recording.start }).click()
  await leaveFullscreen(page)
  await page.getByRole('button', { name: candidate.room.fullscreen.back }).click()
  await leaveFullscreen(page)
  await live(LEFT_FULLSCREEN)
  await paste(page, ANSWERS[0] ?? '')
  await live(PASTED)
  await hideTwice(page)
  await live(HIDDEN)
  await page.getByText(PASTED).first().waitFor()

  await noteWriting(page)
  await page.getByRole('button', { name: candidate.room.submit }).click()
  await live(ANSWERS[0] ?? '')
  for (const text of ANSWERS.slice(1)) {
    await expect.poll(() => emptyField(page), WITHIN).toBe(true)
    await answerField(page).pressSequentially(text)
    await page.getByRole('button', { name: candidate.room.submit }).click()
    await live(text)
  }
  await page.getByRole('heading', { name: candidate.room.done.title }).waitFor()
  expect(await hasGrown(page)).toBe(true)
  // None is on its way any more, and none comes: a part that meets a closed interview is refused.
  await allRecorded(page)
  await page.getByText(/^\d+ parts? stored$/).waitFor()
  await takeScreenshots(reviewer.page, 'monitor-of-a-whole-interview')
  await handIn(page)
  await page.getByText(HIDDEN).waitFor()
  await live(events.transitions.completed)

  await judge(reviewer.page, `/c/${companyId}/sessions/${sessionId}`)
  // The candidate, whose page is still open, learns of it at once.
  await page.getByText(new RegExp(REASON)).first().waitFor()
}, 300_000)

/** Through the sessions table, as HR does it. @returns the link to hand over */
async function inviteInTheApp(hr: Person, companyId: string): Promise<string> {
  const { page } = hr
  await logIn(stage, hr, 'hr')
  await page.goto(`/c/${companyId}/sessions`)
  await page.getByRole('button', { name: sessions.invite.open }).first().click()
  const dialog = page.getByRole('dialog', { name: sessions.invite.title })
  await dialog.getByLabel(sessions.invite.interview).selectOption({ label: INTERVIEW })
  await dialog.getByLabel(sessions.invite.name).fill(CANDIDATE)
  await dialog.getByRole('button', { name: sessions.invite.submit }).click()
  const link = await dialog.getByLabel(sessions.invite.link).inputValue()
  await dialog.getByRole('button', { name: sessions.invite.done }).click()
  return link
}

/** From the invitation to the first question: agrees to all but the microphone, tries the camera out, goes fullscreen. */
async function arrive(page: Page): Promise<void> {
  const { invitation, precheck, checks, ready } = candidate
  await expect.poll(() => page.getByLabel(invitation.name).inputValue(), WITHIN).toBe(CANDIDATE)
  await page.getByRole('button', { name: invitation.begin }).click()
  await page.getByRole('checkbox', { name: precheck.agree.browser }).check()
  await page.getByRole('checkbox', { name: precheck.agree.camera }).check()
  await page.getByRole('button', { name: checks.run(checks.camera.name) }).click()
  await page.getByLabel(checks.camera.preview).waitFor()
  await page.getByRole('button', { name: precheck.submit }).click()
  await page.getByRole('checkbox', { name: ready.fullscreen }).check()
  await page.getByRole('button', { name: ready.start }).click()
  await asked(page, 'Tell us about a system you built or changed').waitFor()
  await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null), WITHIN).toBe(true)
}

async function leaveFullscreen(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null), WITHIN).toBe(true)
  // Escape is the browser's own key, which no test can press.
  await page.evaluate(() => document.exitFullscreen())
  await page.getByText(candidate.room.fullscreen.left).waitFor()
}

async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((words) => navigator.clipboard.writeText(words), text)
  await answerField(page).focus()
  await page.keyboard.press('ControlOrMeta+V')
  await expect.poll(() => answerField(page).inputValue(), WITHIN).toBe(text)
}

/** Goes to another tab and comes back, two times. */
async function hideTwice(page: Page): Promise<void> {
  const other = await page.context().newPage()
  for (const _ of [1, 2]) {
    await other.bringToFront()
    await expect.poll(() => page.evaluate(() => document.visibilityState), WITHIN).toBe('hidden')
    await page.bringToFront()
    await expect.poll(() => page.evaluate(() => document.visibilityState), WITHIN).toBe('visible')
  }
  await other.close()
}

async function emptyField(page: Page): Promise<boolean> {
  return (await answerField(page).isVisible()) && (await answerField(page).inputValue()) === ''
}

/** Notes what a question of the AI looks like while it is written. */
async function noteWriting(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen: string[] = []
    Reflect.set(globalThis, 'seenWriting', seen)
    new MutationObserver(() => {
      const text = document.querySelector('[data-streaming]')?.textContent ?? ''
      if (text !== '' && text !== seen.at(-1)) seen.push(text)
    }).observe(document.body, { subtree: true, childList: true, characterData: true })
  })
}

/** Whether a question was seen with some of its words, and then with more of them. */
function hasGrown(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const seen: unknown = Reflect.get(globalThis, 'seenWriting')
    if (!Array.isArray(seen)) return false
    return seen.some((text, at) => at > 0 && String(text).startsWith(String(seen[at - 1])))
  })
}

const REASON = 'Robin looked up the words for a colleague who asked.'

/** Opens the report, sees the green seal and all three strikes, plays the recording, and lifts one strike with a reason. */
async function judge(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.getByText(report.statuses.ready).waitFor()
  await page.getByText(report.seal.good, { exact: true }).waitFor()
  for (const message of [HIDDEN, LEFT_FULLSCREEN, PASTED]) {
    await page.getByRole('heading', { level: 3, name: message }).waitFor()
  }
  for (const text of ANSWERS) await page.getByText(text).first().waitFor()
  const play = page.getByRole('button', { name: new RegExp(`^${report.recordings.play}`) }).first()
  await play.click()
  await expect
    .poll(() => page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime > 0), WITHIN)
    .toBe(true)

  await page.getByRole('button', { name: report.strikes.liftOf(HIDDEN) }).click()
  const dialog = page.getByRole('dialog', { name: report.strikes.dialog.lift })
  await dialog.getByLabel(report.strikes.reason).fill(REASON)
  await dialog.getByRole('button', { name: report.strikes.dialog.submitLift }).click()
  await dialog.waitFor({ state: 'hidden' })
  const strike = page.getByRole('article').filter({ hasText: HIDDEN })
  await strike.getByText(report.strikes.lifted, { exact: true }).waitFor()
  await strike.getByText(REASON).waitFor()
  // The decision is in the log, and the log still holds.
  await page.reload()
  await page.getByText(report.seal.good, { exact: true }).waitFor()
  await strike.getByText(REASON).waitFor()
  await takeScreenshots(page, 'report-of-a-whole-interview')
  expect(await page.getByText(common.somethingFailed).count()).toBe(0)
}
