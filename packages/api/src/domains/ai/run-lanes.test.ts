import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { orderRun, plainRunHandlers, recordedRun } from '../../testing/ai-runs.ts'
import { candidateOf, createFakeProvider, startTestApp, type TestApp } from '../../testing/index.ts'
import { createRunWorker } from './index.ts'
import { claimRun } from './run-lease.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

test('no number of scorings keeps a candidate waiting for a question', async () => {
  const { promise: until, resolve } = Promise.withResolvers<void>()
  onTestFinished(() => resolve())
  const ai = [createFakeProvider([{ say: 'fine', until }])]
  const worker = createRunWorker({ ...app.ctx, ai }, plainRunHandlers(), { hands: { scoring: 2 } })
  onTestFinished(() => worker.stop())
  const scored = await candidateOf(app)
  const scorings: string[] = []
  for (const purpose of ['scoring', 'summary', 'scoring'] as const)
    scorings.push(await orderRun(app, { ...scored, purpose }))
  worker.start()
  await expect.poll(() => ai[0]?.requests.length, { timeout: 20_000 }).toBe(2)

  const asked = await candidateOf(app)
  const runId = await orderRun(app, asked)
  await expect.poll(() => ai[0]?.requests.length, { timeout: 20_000 }).toBe(3)
  const status = async () => (await recordedRun(app, asked, runId)).run.status
  expect(await status()).toBe('running')
  resolve()
  await expect.poll(status, { timeout: 20_000 }).toBe('finished')
  // The third scoring gets a hand only now: left in the queue, it would be taken up by the next test's worker.
  for (const id of scorings)
    await expect
      .poll(async () => (await recordedRun(app, scored, id)).run.status, { timeout: 20_000 })
      .toBe('finished')
})

test('a worker that takes its own run up again renews the new hold, though the old one still ends', async () => {
  const { promise: until, resolve } = Promise.withResolvers<void>()
  const { promise: untilSecond, resolve: resolveSecond } = Promise.withResolvers<void>()
  onTestFinished(() => {
    resolve()
    resolveSecond()
  })
  const fake = createFakeProvider([
    { say: 'first', until },
    { say: 'second', until: untilSecond },
  ])
  const ctx = { ...app.ctx, ai: [fake], config: { ...app.ctx.config, leaseMs: 9000 } }
  const candidate = await candidateOf(app)
  const runId = await orderRun(app, candidate)
  const worker = createRunWorker(ctx, plainRunHandlers())
  onTestFinished(() => worker.stop())
  worker.start()
  await expect.poll(() => fake.requests.length, { timeout: 20_000 }).toBe(1)
  await app.db.sql`update ai_runs set lease_until = now() - interval '1 second' where id = ${runId}`
  await expect.poll(() => fake.requests.length, { timeout: 20_000 }).toBe(2)
  resolve()

  // Nobody else may take it up for longer than one lease lasts.
  const leaseUntil = async () => {
    const [row] = await app.db.sql<{ at: Date }[]>`select lease_until as at from ai_runs where id = ${runId}`
    return row?.at.getTime() ?? 0
  }
  const first = await leaseUntil()
  await expect.poll(leaseUntil, { timeout: 20_000 }).toBeGreaterThan(first)
  expect(await claimRun(ctx, 'another instance', 'questions')).toBeNull()
  resolveSecond()
  const record = async () => (await recordedRun(app, candidate, runId)).run
  await expect.poll(async () => (await record()).status, { timeout: 20_000 }).toBe('finished')
  expect(await record()).toMatchObject({ output: 'second', attempts: 2 })
})
