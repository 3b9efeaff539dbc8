import { afterAll, beforeAll, expect, test } from 'vitest'
import { candidate } from '../src/strings/en/candidate.ts'
import { common } from '../src/strings/en/common.ts'
import { type Stage, startStage } from './stage/index.ts'
import { answer, answerField, answersOf, handIn, sitDown, WITHIN } from './stage/sitting.ts'

const { end, room } = candidate

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage?.[Symbol.asyncDispose]())

test('logging out on a shared device leaves nothing of the session there, not even what came too late', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  const { sessionId, companyId } = await sitDown(stage, person)
  person.expectErrors(/sessions\.answer|INVALID_STATE|status of 409|ended|over/i)
  await page.route('**/trpc/sessions.answer', (route) => route.abort('internetdisconnected'))
  await answerField(page).fill('Too late')
  await page.getByRole('button', { name: room.submit }).click()
  await page.getByText(room.waiting(1)).waitFor()
  const admin = await stage.client('admin')
  await admin.api.sessions.end.mutate({
    companyId,
    sessionId,
    reason: 'technical',
    note: 'The line was dead.',
  })
  await page.unroute('**/trpc/sessions.answer')
  await page.getByText(end.refusedAnswer).waitFor()
  await page.getByText('Too late', { exact: true }).waitFor()
  const left = () =>
    page.evaluate((id) => Object.keys(localStorage).filter((key) => key.includes(id)), sessionId)
  expect(await left()).not.toEqual([])
  await page.getByRole('button', { name: end.logOut }).click()
  await page.waitForURL(`${stage.url}/`)
  await expect.poll(left, WITHIN).toEqual([])
})

test('an interview can be sat where the browser blocks the storage', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  await page.addInitScript(() => {
    Object.defineProperty(globalThis, 'localStorage', {
      get() {
        throw new DOMException('blocked', 'SecurityError')
      },
    })
  })
  const { sessionId } = await sitDown(stage, person)
  await answer(page, 'From memory.')
  await handIn(page)
  expect(await answersOf(stage, sessionId)).toEqual(['From memory.'])
})

test('where a page may not copy, the button says what to do instead', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  // As on plain http.
  await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
  await sitDown(stage, person)
  await handIn(page)
  await page.getByRole('button', { name: end.copyProof }).click()
  await page.getByRole('button', { name: common.notCopied }).waitFor()
})
