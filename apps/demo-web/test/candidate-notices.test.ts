import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { candidate } from '../src/strings/en/candidate.ts'
import { type Stage, startStage } from './stage/index.ts'
import { answerField, sitDown, WITHIN } from './stage/sitting.ts'

const { strikes } = candidate
const PASTED = 'Text was pasted into an answer.'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage?.[Symbol.asyncDispose]())

const paste = (page: Page) =>
  answerField(page).evaluate((field) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', 'pasted')
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }))
  })

test('a second screen that stays is noticed once, however often the page is loaded', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  await page.addInitScript(() => Object.defineProperty(screen, 'isExtended', { value: true }))
  const { sessionId } = await sitDown(stage, person)
  const kinds = async () => {
    const rows = await stage.sql<{ kind: string }[]>`
      select payload->>'kind' as kind from session_events
      where session_id = ${sessionId} and type = 'signal.recorded' order by seq`
    return rows.map(({ kind }) => kind)
  }
  await expect.poll(kinds, WITHIN).toEqual(['extra_screen'])
  for (let reload = 0; reload < 2; reload += 1) {
    await page.reload()
    await answerField(page).waitFor()
  }
  // Whatever the reloads have noticed goes out before this.
  await paste(page)
  await expect.poll(kinds, WITHIN).toEqual(['extra_screen', 'paste'])
})

test('the newest is read out: a strike, its lifting, the next strike in the same words', async () => {
  await using person = await stage.newPerson()
  const { page } = person
  const { sessionId, companyId } = await sitDown(stage, person)
  const spoken = page.getByRole('status').filter({ hasText: PASTED })
  const said = async () => ((await spoken.count()) === 0 ? '' : await spoken.textContent())
  await paste(page)
  await expect.poll(said, WITHIN).toContain(strikes.spoken(PASTED))
  const first = await said()

  const reviewer = await stage.client('reviewer')
  const [strike] = await stage.sql<{ id: string }[]>`select id from strikes where session_id = ${sessionId}`
  await reviewer.api.proctoring.reviewStrike.mutate({
    companyId,
    sessionId,
    strikeId: strike?.id ?? '',
    decision: 'lifted',
    reason: 'They pasted their own notes.',
    idempotencyKey: crypto.randomUUID(),
  })
  await expect.poll(said, WITHIN).toContain(strikes.spokenLifted(PASTED))

  await paste(page)
  await expect.poll(said, WITHIN).toContain(strikes.spoken(PASTED))
  expect(await said()).not.toBe(first)
})
