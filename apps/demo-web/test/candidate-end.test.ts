import { afterAll, beforeAll, expect, test } from 'vitest'
import { account } from '../src/strings/en/account.ts'
import { candidate } from '../src/strings/en/candidate.ts'
import {
  expectAccessible,
  logIn,
  newInterview,
  type Stage,
  startStage,
  takeScreenshots,
} from './stage/index.ts'
import { invite } from './stage/interviewing.ts'
import { agree, answer, answerField, answersOf, handIn, sitDown, start, WITHIN } from './stage/sitting.ts'

const { end, room, ready } = candidate

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage?.[Symbol.asyncDispose]())

test('the end page shows what was recorded with a fingerprint of the log, and logs a guest out', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  const { sessionId } = await sitDown(stage, person)
  await answer(page, 'One.')
  await answer(page, 'Two.')
  await page.getByText(room.done.text).waitFor()
  await expectAccessible(page)
  await takeScreenshots(page, 'candidate-room-done')
  await handIn(page)
  const count = (label: string) =>
    page.locator('dl > div', { has: page.getByText(label, { exact: true }) }).locator('dd')
  await expect.poll(() => count(end.counts.answers).textContent()).toBe('2')
  expect(await count(end.counts.questions).textContent()).toBe('2')
  expect(await count(end.counts.strikes).textContent()).toBe('0')
  const hash = (await page.locator('code').textContent()) ?? ''
  const [row] = await stage.sql`
    select seq from session_events where session_id = ${sessionId} and encode(hash, 'hex') = ${hash}`
  expect(row).toBeDefined()
  await page.getByRole('button', { name: end.copyProof }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText()), WITHIN).toBe(hash)
  await expectAccessible(page)
  await takeScreenshots(page, 'candidate-end')

  await page.getByRole('button', { name: end.logOut }).click()
  await page.waitForURL(`${stage.url}/`)
  await page.getByRole('main').getByRole('link', { name: account.logIn.title }).waitFor()
  await page.goto(`/s/${sessionId}`)
  await page.getByRole('heading', { level: 1, name: candidate.gate.title }).waitFor()
})

test('withdrawing asks first and keeps what was sent; the reason reaches the log', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  const { sessionId } = await sitDown(stage, person)
  await answer(page, 'One.')
  await page.getByRole('button', { name: room.withdraw, exact: true }).click()
  await page.getByRole('dialog').getByLabel(room.withdrawReason).fill('Another offer.')
  await expectAccessible(page)
  await takeScreenshots(page, 'candidate-withdraw')
  await page.getByRole('dialog').getByRole('button', { name: room.withdrawConfirm }).click()
  await page.getByText(end.reasons.withdrawn).waitFor()
  expect(await answersOf(stage, sessionId)).toEqual(['One.'])
  const [row] = await stage.sql<{ note: string }[]>`
    select payload->>'note' as note from session_events
    where session_id = ${sessionId} and type = 'session.transitioned' order by seq desc limit 1`
  expect(row?.note).toBe('Another offer.')
})

test('an interview that a member ends leads to the end page, which shows the words that were not sent', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  const { sessionId, companyId } = await sitDown(stage, person)
  await answerField(page).fill('I was still writing thi')
  const admin = await stage.client('admin')
  await admin.api.sessions.end.mutate({
    companyId,
    sessionId,
    reason: 'technical',
    note: 'The line was dead.',
  })
  await page.getByRole('heading', { level: 1, name: end.ended.title }).waitFor()
  await page.getByText(end.reasons.technical).waitFor()
  await page.getByText('I was still writing thi', { exact: true }).waitFor()
  await page.getByText(end.unsentTitle).waitFor()
  await expectAccessible(page)
  await takeScreenshots(page, 'candidate-end-unsent')
  await page.reload()
  await page.getByText('I was still writing thi', { exact: true }).waitFor()
})

test('finishing early warns of the answer that is not sent yet', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  await sitDown(stage, person)
  await answerField(page).fill('Not sent')
  await page.getByRole('button', { name: room.finish, exact: true }).click()
  await page.getByText(room.finishDraft).waitFor()
  await page.getByText(room.finishEarly).waitFor()
  await page.getByRole('dialog').getByRole('button', { name: room.stay }).click()
  expect(await answerField(page).inputValue()).toBe('Not sent')
})

test('a user with an account goes on to their account', async () => {
  const { path } = await invite(stage, await newInterview(stage))
  await using person = await stage.newPerson()
  const { page } = person
  await logIn(stage, person, 'employee')
  await page.goto(path)
  await page.getByRole('button', { name: candidate.invitation.begin }).click()
  await agree(page)
  await page.getByRole('checkbox', { name: ready.fullscreen }).uncheck()
  await start(page)
  await handIn(page)
  await page.getByText(end.leaveUser(stage.accounts.employee.email)).waitFor()
  await page.getByRole('link', { name: end.account }).click()
  await page.waitForURL(/\/account/)
})
