import { afterAll, beforeAll, expect, test } from 'vitest'
import { candidate } from '../src/strings/en/candidate.ts'
import { common } from '../src/strings/en/common.ts'
import { type Stage, startStage } from './stage/index.ts'
import { answer, answerField, answersOf, handIn, sitDown, WITHIN } from './stage/sitting.ts'

const { room } = candidate

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage?.[Symbol.asyncDispose]())

test('a server that dies in mid-interview takes nothing along: typing goes on and all of it arrives', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  const { sessionId, companyId } = await sitDown(stage, person)
  await page.getByText(common.connection.open, { exact: true }).waitFor()
  await answerField(page).pressSequentially('It was running, ')

  // The server is gone, then a gate that is just opening: both are what this is about.
  person.expectErrors(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|WebSocket connection/)
  await stage.kill()
  // It reconnects for a few seconds, and after some tries says that it is offline.
  const { reconnecting, offline } = common.connection
  await page
    .getByText(reconnecting, { exact: true })
    .or(page.getByText(offline, { exact: true }))
    .waitFor()
  await answerField(page).pressSequentially('then it was not.')
  await page.getByRole('button', { name: room.submit }).click()
  await page.getByText(room.waiting(1)).first().waitFor()

  await stage.restart()
  await page.getByText(common.connection.open, { exact: true }).waitFor()
  await page.getByText(room.question(2, 2), { exact: true }).waitFor()
  await expect.poll(() => answerField(page).inputValue(), WITHIN).toBe('')
  await answer(page, 'And on it went.')
  await handIn(page)

  expect(await answersOf(stage, sessionId)).toEqual(['It was running, then it was not.', 'And on it went.'])
  const reviewer = await stage.client('reviewer')
  const chain = await reviewer.api.sessions.verify.query({ companyId, sessionId })
  expect(chain).toMatchObject({ ok: true, problems: [] })
})
