import { startTestApp, type TestApp } from '@viva/api/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isVivaError, memoryStorage } from './index.ts'
import { recordingFetch } from './testing/recording-fetch.ts'
import { newCompany, quickViva, signedUp } from './testing/stage.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app?.close())

test('a claim whose answer was lost is taken again from the same device, also after a reload, and from no other', async () => {
  const company = await newCompany(app)
  const { sessionId, token } = await company.invite()
  const storage = memoryStorage()
  let lost = 0
  const { fetch } = recordingFetch(async (url, init, next) => {
    const response = await next(url, init)
    if (!url.includes('sessions.claim') || lost > 0) return response
    lost += 1
    throw new TypeError('connection reset')
  })
  const viva = quickViva({ url: app.url, storage, fetch, refreshTransport: 'body' })
  await expect(viva.claim({ token, name: 'Grace' })).rejects.toSatisfy((error) =>
    isVivaError(error, 'NETWORK'),
  )
  viva.close()

  const stranger = quickViva({ url: app.url })
  await expect(stranger.claim({ token })).rejects.toSatisfy((error) => isVivaError(error, 'LINK_INVALID'))

  const reloaded = quickViva({ url: app.url, storage, fetch, refreshTransport: 'body' })
  const session = await reloaded.claim({ token })
  expect(session.id).toBe(sessionId)
  expect((await session.precheck({ consents: { browser: true } })).state).toBe('ready')
  for (const each of [reloaded, stranger, company.viva]) each.close()
})

test('an open interview whose answer was lost is begun once, also after a reload', async () => {
  const company = await newCompany(app, { open: true })
  const storage = memoryStorage()
  let lost = 0
  const { fetch } = recordingFetch(async (url, init, next) => {
    const response = await next(url, init)
    if (!url.includes('sessions.createOpen') || lost > 0) return response
    lost += 1
    throw new TypeError('connection reset')
  })
  const options = { url: app.url, storage, fetch, refreshTransport: 'body' as const }
  const viva = quickViva(options)
  await signedUp(viva)
  const interviewId = company.interview.id
  await expect(viva.createOpen({ interviewId })).rejects.toSatisfy((error) => isVivaError(error, 'NETWORK'))
  viva.close()
  const reloaded = quickViva(options)
  const session = await reloaded.createOpen({ interviewId })
  const made = await app.db.sql`select id from sessions where interview_id = ${interviewId}`
  expect(made).toEqual([{ id: session.id }])
  // Once it is here, the next one is another attempt.
  expect((await reloaded.createOpen({ interviewId })).id).not.toBe(session.id)
  for (const each of [reloaded, company.viva]) each.close()
})
