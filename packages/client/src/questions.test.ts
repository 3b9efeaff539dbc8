import { createScriptedProvider, startWorkers, type Workers } from '@viva/api'
import { startTestApp, type TestApp } from '@viva/api/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isVivaError } from './index.ts'
import { startProxy } from './testing/proxy.ts'
import { type Company, newCompany, quickViva, sitDown } from './testing/stage.ts'

let app: TestApp
let company: Company
let workers: Workers | null = null
beforeAll(async () => {
  app = await startTestApp({ overrides: { ai: [createScriptedProvider()] } })
  company = await newCompany(app, {
    questions: [
      { id: 'queues', kind: 'ai', topic: 'message queues', difficulty: 'medium' },
      { id: 'caches', kind: 'ai', topic: 'caches', difficulty: 'easy' },
    ],
  })
})
afterAll(async () => {
  await workers?.stop()
  company?.viva.close()
  await app?.close()
})

async function withWorkers<Result>(work: () => Promise<Result>): Promise<Result> {
  workers = startWorkers(app.ctx)
  try {
    return await work()
  } finally {
    await workers.stop()
    workers = null
  }
}

test('a question that the AI writes comes word by word, and then as a question', async () => {
  const viva = quickViva({ url: app.url })
  const session = await sitDown(viva, company)
  const texts: string[] = []
  const waiting = session.nextQuestion({ onText: (text) => texts.push(text) })
  await expect.poll(() => session.connection).toBe('open')
  const question = await withWorkers(() => waiting)
  expect(question).toMatchObject({ position: 1, planId: 'queues', answered: false })
  expect(question?.text.length).toBeGreaterThan(10)
  const current = await session.current()
  expect(current.currentQuestion).toEqual({ ...question, askedAt: current.currentQuestion?.askedAt })
  expect(texts.at(-1)).toBe(question?.text)
  expect(texts).toEqual(texts.toSorted((one, other) => one.length - other.length))
  viva.close()
})

test('it comes also where the event stream is down, and after the connection broke meanwhile', async () => {
  await using proxy = await startProxy(app.url)
  const viva = quickViva({ url: proxy.url, WebSocket: null })
  const session = await sitDown(viva, company)
  const waiting = session.nextQuestion()
  await expect.poll(() => session.connection).toBe('open')
  proxy.cut()
  expect(await withWorkers(() => waiting)).toMatchObject({ planId: 'queues' })
  viva.close()
})

test('a run can be followed from anywhere in it, until it is over', async () => {
  const viva = quickViva({ url: app.url })
  const session = await sitDown(viva, company)
  const waiting = session.nextQuestion()
  await expect.poll(async () => (await session.current()).pendingRunId).not.toBeNull()
  const runId = session.latest?.pendingRunId ?? ''
  const progress = await withWorkers(async () => {
    const seen = []
    for await (const each of session.streamRun(runId)) seen.push(each)
    return seen
  })
  expect(progress.at(-1)).toMatchObject({ runId, status: 'finished', outcome: 'succeeded' })
  expect((await waiting)?.planId).toBe('queues')
  // All of it is there at once, afterwards.
  const { value: whole } = await session.streamRun(runId).next()
  expect(whole?.text).toBe(progress.at(-1)?.text)
  viva.close()
})

test('a subscription by the plain API reconnects, reports what its subscriber throws, and ends with the run', async () => {
  await using proxy = await startProxy(app.url)
  const errors: unknown[] = []
  const viva = quickViva({ url: proxy.url, onError: (error) => errors.push(error) })
  const session = await sitDown(viva, company)
  const waiting = session.nextQuestion()
  await expect.poll(async () => (await session.current()).pendingRunId).not.toBeNull()
  const input = { sessionId: session.id, runId: session.latest?.pendingRunId ?? '' }
  const failure = new Error('a subscriber that fails')
  let seen = 0
  const ended = new Promise((resolve) => {
    viva.api.ai.stream.subscribe(input, {
      onData() {
        seen += 1
        throw failure
      },
      onEnd: resolve,
    })
  })
  await expect.poll(() => seen).toBeGreaterThan(0)
  proxy.cut()
  await withWorkers(() => waiting)
  expect(await ended).toBeNull()
  expect(errors).toContain(failure)
  viva.close()
})

test('a run of another session is not to be found', async () => {
  const viva = quickViva({ url: app.url })
  const session = await sitDown(viva, company)
  const error: unknown = await session
    .streamRun('00000000-0000-4000-8000-000000000000')
    .next()
    .catch((reason: unknown) => reason)
  expect(isVivaError(error, 'NOT_FOUND')).toBe(true)
  viva.close()
})

test('waiting ends when the handle is closed', async () => {
  const viva = quickViva({ url: app.url })
  const session = await sitDown(viva, company)
  const waiting = session.nextQuestion().catch((reason: unknown) => reason)
  await expect.poll(() => session.connection).toBe('open')
  session.close()
  expect(isVivaError(await waiting, 'ABORTED')).toBe(true)
  viva.close()
})

test('waiting ends when its signal aborts, and when the session does', async () => {
  const viva = quickViva({ url: app.url })
  const session = await sitDown(viva, company)
  const controller = new AbortController()
  const waiting = session.nextQuestion({ signal: controller.signal }).catch((reason: unknown) => reason)
  await expect.poll(() => session.connection).toBe('open')
  controller.abort()
  expect(isVivaError(await waiting, 'ABORTED')).toBe(true)

  const again = session.nextQuestion().catch((reason: unknown) => reason)
  await expect.poll(() => session.connection).toBe('open')
  await session.withdraw({ note: 'That is enough.' })
  const error = await again
  expect(isVivaError(error, 'INVALID_STATE') && error.details.state).toBe('ended')
  expect((await session.summary()).endReason).toBe('withdrawn')
  viva.close()
})
