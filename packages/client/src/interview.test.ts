import { startTestApp, type TestApp } from '@viva/api/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SessionEvent } from './index.ts'
import { newCompany, quickViva, sitDown } from './testing/stage.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app?.close())

test('a candidate sits a whole interview, and sees each event once and in order', async () => {
  const company = await newCompany(app)
  const viva = quickViva({ url: app.url })
  const session = await sitDown(viva, company)
  const seen: SessionEvent[] = []
  session.on('*', (event) => seen.push(event))
  const asked: string[] = []
  for (let question = await session.nextQuestion(); question; question = await session.nextQuestion()) {
    asked.push(question.planId)
    const receipt = await session.answer({ questionId: question.id, text: `about ${question.planId}` })
    expect(receipt).toMatchObject({ questionId: question.id, late: false })
  }
  await session.signal('tab_hidden', { why: 'test' })
  const summary = await session.finalize()
  expect(asked).toEqual(['system', 'outage'])
  expect(summary).toMatchObject({ state: 'completed', answers: 2, signals: 1 })
  await expect.poll(() => seen.at(-1)?.seq).toBe(summary.events)
  expect(seen.map(({ seq }) => seq)).toEqual(Array.from(seen, (_, index) => index + 1))
  expect(session.pending).toBe(0)
  viva.close()
  company.viva.close()
})
