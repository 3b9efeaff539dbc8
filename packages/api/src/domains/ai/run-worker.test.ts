import { createHash } from 'node:crypto'
import { canonicalJson } from '@viva/evidence'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { JsonValue, Run } from '../../contract/index.ts'
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

/** Starts a worker that ends with the test, also with one that fails. */
function running(worker: { start(): void; stop(): Promise<void> }): void {
  onTestFinished(() => worker.stop())
  worker.start()
}

function contextWith(ai: readonly AiProvider[], config: Partial<AppContext['config']> = {}): AppContext {
  return { ...app.ctx, ai, config: { ...app.ctx.config, ...config } }
}

/** One run from the queue to its row, by a worker of its own. */
async function perform(
  ai: readonly AiProvider[],
  options: { purpose?: Run['purpose']; config?: Partial<AppContext['config']> } = {},
) {
  const candidate = await candidateOf(app)
  const handlers = plainRunHandlers()
  const runId = await orderRun(app, {
    ...candidate,
    ...(options.purpose ? { purpose: options.purpose } : {}),
  })
  await createRunWorker(contextWith(ai, options.config), handlers).tick()
  return { ...(await recorded(candidate, runId)), finished: handlers.finished }
}

const recorded = (of: { sessionId: string; companyId: string }, runId: string) => recordedRun(app, of, runId)

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

describe('what is recorded', () => {
  test('a run is recorded whole, and its events vouch for the record', async () => {
    const price = { inputPerMillion: 2_000_000, outputPerMillion: 8_000_000 }
    const fake = createFakeProvider(
      [{ say: ['Hello', ' there'], tokens: { inputTokens: 30, outputTokens: 20 } }],
      { price },
    )
    const { run, events, finished } = await perform([fake])
    expect(run).toMatchObject({
      purpose: 'question',
      status: 'finished',
      outcome: 'succeeded',
      provider: 'fake',
      model: 'fake-1',
      promptVersion: 'test.1',
      input: [
        { role: 'system', content: 'Say a word.' },
        { role: 'user', content: 'Now.' },
      ],
      output: 'Hello there',
      inputTokens: 30,
      outputTokens: 20,
      costMicroUsd: 220,
      attempts: 1,
      calls: 1,
      errorCode: null,
      error: null,
    })
    expect(run.latencyMs).toBeGreaterThanOrEqual(0)
    expect(run.finishedAt).not.toBeNull()
    expect(finished).toEqual([{ outcome: 'succeeded', parsed: 'Hello there', text: 'Hello there' }])
    expect(events.map(({ type }) => type)).toEqual(['run.started', 'run.finished'])
    expect(events[1]?.payload).toMatchObject({
      runId: run.id,
      outcome: 'succeeded',
      inputSha256: sha256(canonicalJson(run.input as JsonValue)),
      outputSha256: sha256('Hello there'),
      inputTokens: 30,
      outputTokens: 20,
    })
  })

  test('what cannot be stored is cleaned, and torn characters are joined', async () => {
    const { run } = await perform([
      createFakeProvider([{ say: ['a\u0000b', '\ud83d', '\ude42', ' \udc00 end\ud83d'] }]),
    ])
    expect(run.output).toBe('ab🙂 \ufffd end\ufffd')
  })

  test('tokens are estimated where the provider reports none', async () => {
    const { run } = await perform([createFakeProvider([{ say: 'x'.repeat(30), tokens: null }])])
    expect(run.outputTokens).toBe(10)
    expect(run.inputTokens).toBeGreaterThan(0)
  })

  test('no fault of an adapter brings what it says into the record', async () => {
    const leaky: AiProvider = {
      ...createFakeProvider([]),
      // biome-ignore lint/correctness/useYield: it fails before it says anything
      async *stream() {
        throw new Error('request with key sk-live-123 failed')
      },
    }
    const { run } = await perform([leaky])
    expect(run.outcome).toBe('fallback')
    expect(JSON.stringify(run)).not.toContain('sk-live-123')
  })
})

describe('when a provider fails', () => {
  test('a failure that passes is tried again', async () => {
    const fake = createFakeProvider([{ fail: 'busy', retryable: true }, { say: 'fine' }])
    const { run } = await perform([fake])
    expect(run).toMatchObject({ outcome: 'succeeded', output: 'fine', calls: 2, error: 'fake: busy' })
  })

  test('tries are bounded, then the next provider is asked', async () => {
    const first = createFakeProvider([{ fail: 'busy', retryable: true }], { name: 'first' })
    const second = createFakeProvider([{ say: 'mine' }], { name: 'second' })
    const { run } = await perform([first, second])
    expect(first.requests).toHaveLength(3)
    expect(run).toMatchObject({ outcome: 'succeeded', provider: 'second', output: 'mine', calls: 4 })
  })

  test('a provider that wants a long pause is passed over', async () => {
    const first = createFakeProvider([{ fail: 'limit', retryable: true, retryAfterMs: 60_000 }])
    const second = createFakeProvider([{ say: 'mine' }], { name: 'second' })
    const { run } = await perform([first, second])
    expect(first.requests).toHaveLength(1)
    expect(run.provider).toBe('second')
  })

  test('one that never ends is cut off, also when it is deaf to the abort', async () => {
    const deaf = createFakeProvider([{ say: 'Well', hang: true, deaf: true }])
    const second = createFakeProvider([{ say: 'mine' }], { name: 'second' })
    const { run } = await perform([deaf, second], { config: { aiTimeoutMs: 1000 } })
    expect(deaf.requests).toHaveLength(1)
    expect(run).toMatchObject({
      provider: 'second',
      output: 'mine',
      error: 'fake: no whole answer within 1000 ms',
    })
  })

  test('a stream that breaks starts anew, and its tokens count', async () => {
    const fake = createFakeProvider([
      { say: 'x'.repeat(300), fail: 'broke off', retryable: true },
      { say: 'whole', tokens: { inputTokens: 7, outputTokens: 3 } },
    ])
    const { run } = await perform([fake])
    expect(run).toMatchObject({ output: 'whole', outcome: 'succeeded' })
    expect(run.outputTokens).toBe(103)
  })

  test('an answer without end is cut off', async () => {
    const endless = createFakeProvider([{ say: Array.from({ length: 40 }, () => 'x'.repeat(5000)) }])
    const { run } = await perform([endless])
    expect(run).toMatchObject({
      outcome: 'fallback',
      provider: 'scripted',
      error: 'fake: the answer was too long',
    })
  })

  test('an answer that does not validate is repaired once, with what was wrong', async () => {
    const fake = createFakeProvider([{ say: 'bad one' }, { say: 'good one' }])
    const { run } = await perform([fake])
    expect(run).toMatchObject({ outcome: 'succeeded', output: 'good one', calls: 2 })
    expect(fake.requests[1]?.messages.slice(-2)).toEqual([
      { role: 'assistant', content: 'bad one' },
      { role: 'user', content: expect.stringContaining('it is bad') },
    ])
    expect(run.input).toEqual(fake.requests[1]?.messages)
  })

  test('an answer that does not validate twice goes to the next provider, with the first prompt', async () => {
    const first = createFakeProvider([{ say: 'bad' }])
    const second = createFakeProvider([{ say: 'good' }], { name: 'second' })
    const { run } = await perform([first, second])
    expect(first.requests).toHaveLength(2)
    expect(second.requests[0]?.messages).toEqual(first.requests[0]?.messages)
    expect(run).toMatchObject({ provider: 'second', output: 'good' })
  })

  test('when none helps a question comes from the bank', async () => {
    const fake = createFakeProvider([{ fail: 'down', retryable: false }])
    const { run, finished } = await perform([fake])
    expect(run).toMatchObject({
      outcome: 'fallback',
      provider: 'scripted',
      output: 'What is an index in a database, and when would you add one?',
      errorCode: 'AI_UNAVAILABLE',
      error: 'fake: down',
    })
    expect(finished).toMatchObject([{ outcome: 'fallback', parsed: run.output }])
  })

  test('when none helps a scoring fails and says why', async () => {
    const fake = createFakeProvider([{ fail: 'down', retryable: false }])
    const { run, events, finished } = await perform([fake], { purpose: 'scoring' })
    expect(run).toMatchObject({ outcome: 'failed', errorCode: 'AI_UNAVAILABLE', error: 'fake: down' })
    expect(finished).toMatchObject([{ outcome: 'failed', parsed: null }])
    expect(events.at(-1)).toMatchObject({ type: 'run.finished', payload: { outcome: 'failed' } })
  })
})

describe('leases', () => {
  test('while a model works no lock is held', async () => {
    const { promise: until, resolve } = Promise.withResolvers<void>()
    const fake = createFakeProvider([{ say: 'late', until }])
    const candidate = await candidateOf(app)
    const runId = await orderRun(app, candidate)
    const done = createRunWorker(contextWith([fake]), plainRunHandlers()).tick()
    await expect.poll(() => fake.requests.length).toBe(1)
    const rows = await app.db.sql`
      select 1 from ai_runs r join sessions s on s.id = r.session_id join session_heads h on h.session_id = s.id
      where r.id = ${runId} for update nowait`
    expect(rows).toHaveLength(1)
    resolve()
    await done
  })

  test('a run whose instance died is taken up by another once its lease is over, and not before', async () => {
    const candidate = await candidateOf(app)
    const runId = await orderRun(app, candidate)
    const ctx = contextWith([createFakeProvider([{ say: 'rescued' }])], { leaseMs: 60_000 })
    const dead = await claimRun(ctx, 'an instance that dies', 'questions')
    expect(dead?.id).toBe(runId)
    const worker = createRunWorker(ctx, plainRunHandlers())
    expect(await worker.tick()).toBe(0)
    await app.db.sql`update ai_runs set lease_until = now() - interval '1 second' where id = ${runId}`
    expect(await worker.tick()).toBe(1)
    const { run } = await recorded(candidate, runId)
    expect(run).toMatchObject({ status: 'finished', output: 'rescued', attempts: 2 })
  })

  test('a started worker takes up what a dead instance left, by itself', async () => {
    const candidate = await candidateOf(app)
    const runId = await orderRun(app, candidate)
    const ctx = contextWith([createFakeProvider([{ say: 'rescued' }])], { leaseMs: 300 })
    await claimRun(ctx, 'an instance that dies', 'questions')
    const worker = createRunWorker(ctx, plainRunHandlers())
    running(worker)
    await expect.poll(async () => (await recorded(candidate, runId)).run.status).toBe('finished')
    await worker.stop()
  })

  test('a lease is renewed for as long as the work takes', async () => {
    const { promise: until, resolve } = Promise.withResolvers<void>()
    const ctx = contextWith([createFakeProvider([{ say: 'slow', until }])], { leaseMs: 6000 })
    const candidate = await candidateOf(app)
    const runId = await orderRun(app, candidate)
    const leaseUntil = async () => {
      const [row] = await app.db.sql<
        { at: Date }[]
      >`select lease_until as at from ai_runs where id = ${runId}`
      return row?.at.getTime() ?? 0
    }
    const done = createRunWorker(ctx, plainRunHandlers()).tick()
    await expect.poll(leaseUntil).toBeGreaterThan(0)
    const first = await leaseUntil()
    await expect.poll(leaseUntil).toBeGreaterThan(first)
    expect(await createRunWorker(ctx, plainRunHandlers()).tick()).toBe(0)
    resolve()
    await done
    expect((await recorded(candidate, runId)).run).toMatchObject({ output: 'slow', attempts: 1 })
  })

  test('an instance that wakes up too late cannot finish the run a second time', async () => {
    const { promise: until, resolve } = Promise.withResolvers<void>()
    const candidate = await candidateOf(app)
    const runId = await orderRun(app, candidate)
    const slow = createFakeProvider([{ say: 'too late', until }])
    const lateHandlers = plainRunHandlers()
    const late = createRunWorker(contextWith([slow]), lateHandlers).tick()
    await expect.poll(() => slow.requests.length).toBe(1)
    await app.db.sql`update ai_runs set lease_until = now() - interval '1 second' where id = ${runId}`
    const quick = createRunWorker(contextWith([createFakeProvider([{ say: 'in time' }])]), plainRunHandlers())
    expect(await quick.tick()).toBe(1)
    resolve()
    await late
    const { run, events } = await recorded(candidate, runId)
    expect(run).toMatchObject({ output: 'in time', attempts: 2 })
    expect(lateHandlers.finished).toEqual([])
    expect(events.filter(({ type }) => type === 'run.finished')).toHaveLength(1)
  })

  test('a worker that stops gives its run back at once, and that does not count against the run', async () => {
    const hanging = createFakeProvider([{ hang: true }])
    const candidate = await candidateOf(app)
    const runId = await orderRun(app, candidate)
    const stopped = createRunWorker(contextWith([hanging], { leaseMs: 60_000 }), plainRunHandlers())
    running(stopped)
    await expect.poll(() => hanging.requests.length).toBe(1)
    await stopped.stop()
    const next = createRunWorker(contextWith([createFakeProvider([{ say: 'mine' }])]), plainRunHandlers())
    expect(await next.tick()).toBe(1)
    expect((await recorded(candidate, runId)).run).toMatchObject({ output: 'mine', attempts: 1 })
  })

  test('a run that broke three instances is finished without a model', async () => {
    const candidate = await candidateOf(app)
    const runId = await orderRun(app, candidate)
    await app.db
      .sql`update ai_runs set attempts = 3, status = 'running', lease_until = now() where id = ${runId}`
    const fake = createFakeProvider([{ say: 'never asked' }])
    await createRunWorker(contextWith([fake]), plainRunHandlers()).tick()
    expect(fake.requests).toEqual([])
    const { run } = await recorded(candidate, runId)
    expect(run).toMatchObject({ status: 'finished', provider: 'scripted' })
  })

  test('a run whose handler breaks each time fails with an event, and soon', async () => {
    const candidate = await candidateOf(app)
    const runId = await orderRun(app, candidate)
    const handlers = plainRunHandlers()
    const prompt = () => Promise.reject(new Error('no prompt today'))
    const worker = createRunWorker(contextWith([createFakeProvider([{ say: 'x' }])]), {
      ...handlers,
      question: { ...handlers.question, prompt },
    })
    running(worker)
    await expect
      .poll(async () => (await recorded(candidate, runId)).run.status, { timeout: 15_000 })
      .toBe('finished')
    await worker.stop()
    const { run, events } = await recorded(candidate, runId)
    expect(run).toMatchObject({ outcome: 'failed', errorCode: 'AI_UNAVAILABLE' })
    expect(events.at(-1)).toMatchObject({ type: 'run.finished', payload: { outcome: 'failed' } })
  })

  test('a question for a session that closed meanwhile asks no model', async () => {
    const candidate = await candidateOf(app)
    const runId = await orderRun(app, candidate)
    await app.db.sql`
      update sessions set state = 'ended', end_reason = 'withdrawn', closed_at = now() where id = ${candidate.sessionId}`
    const fake = createFakeProvider([{ say: 'never asked' }])
    await createRunWorker(contextWith([fake]), plainRunHandlers()).tick()
    expect(fake.requests).toEqual([])
    expect((await recorded(candidate, runId)).run.outcome).toBe('failed')
  })

  test('a worker wakes for new work at once, and does many runs at a time', async () => {
    const { promise: until, resolve } = Promise.withResolvers<void>()
    const fake = createFakeProvider([{ say: 'hello', until }])
    const worker = createRunWorker(contextWith([fake]), plainRunHandlers(), { hands: { questions: 3 } })
    running(worker)
    const candidates = await Promise.all([1, 2, 3, 4].map(() => candidateOf(app)))
    await Promise.all(candidates.map((candidate) => orderRun(app, candidate)))
    await expect.poll(() => fake.requests.length).toBe(3)
    resolve()
    await expect.poll(() => fake.requests.length).toBe(4)
    await worker.stop()
  })
})
