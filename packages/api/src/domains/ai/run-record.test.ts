import { createHash } from 'node:crypto'
import { canonicalJson } from '@viva/evidence'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { JsonValue } from '../../contract/index.ts'
import type { AppContext } from '../../core/context.ts'
import type { AiProvider } from '../../core/ports/ai.ts'
import { orderRun, plainRunHandlers, recordedRun } from '../../testing/ai-runs.ts'
import { candidateOf, createFakeProvider, startTestApp, type TestApp } from '../../testing/index.ts'
import { createRunWorker } from './index.ts'
import { claimRun } from './run-lease.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

const PRICE = { inputPerMillion: 1_000_000, outputPerMillion: 1_000_000 }
const tokens = { inputTokens: 30, outputTokens: 20 }

const contextWith = (ai: readonly AiProvider[]): AppContext => ({ ...app.ctx, ai })

async function order() {
  const candidate = await candidateOf(app)
  const runId = await orderRun(app, candidate)
  return { runId, recorded: () => recordedRun(app, candidate, runId) }
}

/** Works until a provider is asked, and is stopped then, as by a deploy. */
async function breakOff(fake: ReturnType<typeof createFakeProvider>, calls: number): Promise<void> {
  const worker = createRunWorker(contextWith([fake]), plainRunHandlers())
  onTestFinished(() => worker.stop())
  worker.start()
  await expect.poll(() => fake.requests.length, { timeout: 20_000 }).toBe(calls)
  await worker.stop()
}

describe('a run that took more than one call', () => {
  test('keeps what each provider said before the one whose answer was used, and its event vouches for that', async () => {
    const first = createFakeProvider(
      [
        { say: ['bad', ' start'], tokens },
        { say: 'half an ans', fail: 'gone', retryable: false },
      ],
      { name: 'first' },
    )
    const { runId, recorded } = await order()
    const second = createFakeProvider([{ say: 'fine' }], { name: 'second' })
    await createRunWorker(contextWith([first, second]), plainRunHandlers()).tick()
    const { run, events } = await recorded()
    const said = { model: 'fake-1', promptVersion: 'test.1' }
    expect(run).toMatchObject({ id: runId, provider: 'second', output: 'fine', calls: 3 })
    expect(run.earlierCalls).toEqual([
      { ...said, provider: 'first', output: 'bad start' },
      { ...said, provider: 'first', output: 'half an ans' },
    ])
    const hash = createHash('sha256').update(canonicalJson(run.earlierCalls as unknown as JsonValue))
    expect(events.at(-1)?.payload).toMatchObject({ earlierCallsSha256: hash.digest('hex') })
  })

  test('that no provider answered keeps all of them too', async () => {
    const fake = createFakeProvider([
      { say: 'one', fail: 'busy', retryable: true, retryAfterMs: 1 },
      { say: 'two', fail: 'gone', retryable: false },
    ])
    const candidate = await candidateOf(app)
    const runId = await orderRun(app, { ...candidate, purpose: 'scoring' })
    await createRunWorker(contextWith([fake]), plainRunHandlers()).tick()
    const { run } = await recordedRun(app, candidate, runId)
    expect(run).toMatchObject({ outcome: 'failed', output: 'two' })
    expect(run.earlierCalls).toMatchObject([{ output: 'one' }])
  })
})

describe('a run that is taken up again', () => {
  test('adds up what its attempts cost, and keeps what they heard', async () => {
    const { recorded } = await order()
    await breakOff(
      createFakeProvider(
        [
          { say: 'bad', tokens },
          { say: 'half', hang: true },
        ],
        { price: PRICE },
      ),
      2,
    )
    const fake = createFakeProvider([{ say: 'whole', tokens }], { price: PRICE })
    await createRunWorker(contextWith([fake]), plainRunHandlers()).tick()
    const { run } = await recorded()
    expect(run).toMatchObject({ output: 'whole', calls: 3, attempts: 1 })
    expect(run.earlierCalls).toMatchObject([{ output: 'bad' }, { output: 'half' }])
    // Two whole calls, and an estimate of the one that was broken off.
    expect(run.inputTokens).toBeGreaterThan(60)
    expect(run.outputTokens).toBeGreaterThan(40)
    expect(run.costMicroUsd).toBe(run.inputTokens + run.outputTokens)
  })

  test('does not know what it cost where one attempt did not', async () => {
    const { recorded } = await order()
    await breakOff(createFakeProvider([{ hang: true }], { price: null }), 1)
    const fake = createFakeProvider([{ say: 'whole', tokens }], { price: PRICE })
    await createRunWorker(contextWith([fake]), plainRunHandlers()).tick()
    expect((await recorded()).run.costMicroUsd).toBeNull()
  })

  test('nor where an instance fell silent in a call', async () => {
    const { runId, recorded } = await order()
    await claimRun(contextWith([]), 'an instance that dies', 'questions')
    await app.db.sql`
      update ai_runs set calls = 1, provider = 'gone', model = 'm', prompt_version = 'test.1', output = 'so far',
        lease_until = now() - interval '1 second' where id = ${runId}`
    const fake = createFakeProvider([{ say: 'whole', tokens }], { price: PRICE })
    await createRunWorker(contextWith([fake]), plainRunHandlers()).tick()
    const { run } = await recorded()
    expect(run).toMatchObject({ costMicroUsd: null, output: 'whole', attempts: 2 })
    expect(run.earlierCalls).toMatchObject([{ provider: 'gone', output: 'so far' }])
  })
})

test('no number of tokens that providers report is too much for the record', async () => {
  const huge = { inputTokens: 999_999_999, outputTokens: 999_999_999 }
  const { recorded } = await order()
  // An answer and its repair from each of two providers.
  const bad = () => createFakeProvider([{ say: 'bad', tokens: huge }], { price: PRICE })
  await createRunWorker(contextWith([bad(), bad()]), plainRunHandlers()).tick()
  const { run } = await recorded()
  expect(run).toMatchObject({ outcome: 'fallback', inputTokens: 4 * huge.inputTokens })
  expect(run.costMicroUsd).toBe(8 * huge.inputTokens)
})
