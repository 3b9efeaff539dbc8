import { startTestApp, type TestApp } from '@viva/api/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startProxy } from './testing/proxy.ts'
import { type Company, newCompany, quickViva, sitDown } from './testing/stage.ts'

let app: TestApp
let company: Company
beforeAll(async () => {
  app = await startTestApp()
  company = await newCompany(app)
})
afterAll(async () => {
  company?.viva.close()
  await app?.close()
})

test('the next question comes after an answer that nobody waited for', async () => {
  const viva = quickViva({ url: app.url })
  const session = await sitDown(viva, company)
  const first = await session.nextQuestion()
  void session.answer({ questionId: first?.id ?? '', text: 'A queue.' })
  expect(await session.nextQuestion()).toMatchObject({ position: 2, planId: 'outage' })
  viva.close()
})

test('it waits for an answer that was written offline', async () => {
  await using proxy = await startProxy(app.url)
  const viva = quickViva({ url: proxy.url })
  const session = await sitDown(viva, company)
  const first = await session.nextQuestion()
  proxy.down()
  void session.answer({ questionId: first?.id ?? '', text: 'Written offline.' })
  const next = session.nextQuestion()
  proxy.up()
  expect(await next).toMatchObject({ position: 2 })
  viva.close()
})

test('a signal that nobody waits for, after the handle was closed, is no rejection that nobody handles', async () => {
  const viva = quickViva({ url: app.url })
  const session = await sitDown(viva, company)
  session.close()
  // Vitest fails the run on a rejection that nobody handles, as Node ends a process.
  void session.signal('copy')
  await expect(session.signal('copy')).rejects.toMatchObject({ code: 'ABORTED' })
  viva.close()
})
