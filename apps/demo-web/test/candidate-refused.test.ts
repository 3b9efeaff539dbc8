import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { candidate } from '../src/strings/en/candidate.ts'
import { expectAccessible, invite, newInterview, type Person, type Stage, startStage } from './stage/index.ts'
import { expectFitsPhone } from './stage/screens.ts'
import { refuseAnswers } from './stage/server-moods.ts'
import { answerField, CANDIDATE, sitDown } from './stage/sitting.ts'

const { end, invitation, precheck, ready, room } = candidate

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage?.[Symbol.asyncDispose]())

/** Clicks a button whose call the server refuses, and once more when it does not: what failed is said in between alone. */
async function clickTwice(
  person: Person,
  call: string,
  button: (page: Page) => ReturnType<Page['getByRole']>,
) {
  const { page } = person
  const accept = await refuseAnswers(person, `**/trpc/${call}*`, 'INTERNAL')
  await button(page).click()
  await page.getByRole('alert').waitFor()
  expect(await page.getByRole('alert').count()).toBe(1)
  await expectAccessible(page)
  await expectFitsPhone(page)
  accept()
  await button(page).click()
  await page.getByRole('alert').waitFor({ state: 'detached' })
}

test('what the server refuses from the invitation to the end is said, and the same button does it on another try', async () => {
  const { path } = await invite(stage, await newInterview(stage))
  await using person = await stage.newPerson()
  const { page } = person
  const named = (name: string) => (at: Page) => at.getByRole('button', { name, exact: true })
  await page.goto(path)
  await page.getByLabel(invitation.name).fill(CANDIDATE)
  await clickTwice(person, 'sessions.claim', named(invitation.begin))
  await page.getByRole('checkbox', { name: precheck.agree.browser }).check()
  await clickTwice(person, 'sessions.precheck', named(precheck.submit))
  await page.getByRole('checkbox', { name: ready.fullscreen }).uncheck()
  await clickTwice(person, 'sessions.start', named(ready.start))
  await answerField(page).waitFor()
  await named(room.finish)(page).click()
  await clickTwice(person, 'sessions.finalize', named(room.finishConfirm))
  await page.getByRole('heading', { level: 1, name: end.completed.title }).waitFor()
  await clickTwice(person, 'sessions.current', named(end.logOut))
  await page.waitForURL(`${stage.url}/`)
})

test('a withdrawal that the server refuses keeps its reason, and goes through on another try', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  const { sessionId } = await sitDown(stage, person)
  await page.getByRole('button', { name: room.withdraw, exact: true }).click()
  await page.getByRole('dialog').getByLabel(room.withdrawReason).fill('Another offer.')
  await clickTwice(person, 'sessions.withdraw', (at) =>
    at.getByRole('dialog').getByRole('button', { name: room.withdrawConfirm }),
  )
  await page.getByText(end.reasons.withdrawn).waitFor()
  const [row] = await stage.sql<{ note: string }[]>`
    select payload->>'note' as note from session_events
    where session_id = ${sessionId} and type = 'session.transitioned' order by seq desc limit 1`
  expect(row?.note).toBe('Another offer.')
})
