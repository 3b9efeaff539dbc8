import { afterAll, beforeAll, expect, test } from 'vitest'
import { candidate } from '../src/strings/en/candidate.ts'
import { common } from '../src/strings/en/common.ts'
import { type Stage, startStage } from './stage/index.ts'
import { answerField, answersOf, sitDown, WITHIN } from './stage/sitting.ts'

const { room } = candidate

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage?.[Symbol.asyncDispose]())

test('going offline in mid-answer keeps typing possible; what is sent goes out on return, once', async () => {
  await using person = await stage.newPerson()
  const { page, context } = person
  const { sessionId } = await sitDown(stage, person)
  await page.getByText(common.connection.open, { exact: true }).waitFor()
  await answerField(page).pressSequentially('Before the tunnel, ')

  person.expectErrors(/ERR_INTERNET_DISCONNECTED/)
  await context.setOffline(true)
  await page.getByText(common.connection.offline, { exact: true }).waitFor()
  await answerField(page).pressSequentially('in the tunnel.')
  await page.getByText(room.saved).waitFor()
  await page.getByRole('button', { name: room.submit }).click()
  await page.getByText(room.sendingOffline).first().waitFor()
  expect(await answersOf(stage, sessionId)).toEqual([])

  await context.setOffline(false)
  await page.getByText(common.connection.open, { exact: true }).waitFor()
  await expect.poll(() => answersOf(stage, sessionId), WITHIN).toEqual(['Before the tunnel, in the tunnel.'])
  await page.getByText(room.question(2, 2), { exact: true }).waitFor()
  await expect.poll(() => answerField(page).inputValue(), WITHIN).toBe('')
})

test('an answer that was not sent when the connection went is still there when it returns', async () => {
  await using person = await stage.newPerson()
  const { page, context } = person
  const { sessionId } = await sitDown(stage, person)
  person.expectErrors(/ERR_INTERNET_DISCONNECTED/)
  await context.setOffline(true)
  await answerField(page).pressSequentially('Half a thought')
  await context.setOffline(false)
  await page.getByText(common.connection.open, { exact: true }).waitFor()
  expect(await answerField(page).inputValue()).toBe('Half a thought')
  expect(await answersOf(stage, sessionId)).toEqual([])
  await answerField(page).pressSequentially(', and its other half')
  await page.getByRole('button', { name: room.submit }).click()
  await expect.poll(() => answersOf(stage, sessionId), WITHIN).toEqual(['Half a thought, and its other half'])
})
