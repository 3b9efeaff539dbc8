import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunChunk } from '../../contract/index.ts'
import type { AiProvider } from '../../core/ports/ai.ts'
import { orderRun, plainRunHandlers } from '../../testing/ai-runs.ts'
import {
  type ApiSocket,
  candidateOf,
  createFakeProvider,
  errorOf,
  memberOf,
  startTestApp,
  type TestApp,
  type TestCandidate,
} from '../../testing/index.ts'
import { createRunWorker } from './index.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

/** Follows a run as a client would, over a socket. */
function follow(socket: ApiSocket, of: TestCandidate, runId: string, lastEventId?: string) {
  const chunks: RunChunk[] = []
  const cursors: string[] = []
  let text = ''
  const { promise: done, resolve, reject } = Promise.withResolvers<string>()
  socket.api.ai.stream.subscribe(
    { sessionId: of.sessionId, runId, ...(lastEventId === undefined ? {} : { lastEventId }) },
    {
      onData({ id, data }) {
        chunks.push(data)
        cursors.push(id)
        text = text.slice(0, data.offset) + data.delta
      },
      onComplete: () => resolve(text),
      onError: reject,
    },
  )
  return { chunks, cursors, done, text: () => text }
}

function work(ai: readonly AiProvider[]): Promise<number> {
  return createRunWorker({ ...app.ctx, ai }, plainRunHandlers()).tick()
}

/** A model that goes on when it is told to. */
function stepwise(pieces: string[]) {
  const gates = pieces.map(() => Promise.withResolvers<void>())
  const provider: AiProvider = {
    ...createFakeProvider([]),
    async *stream() {
      for (const [index, text] of pieces.entries()) {
        await gates[index]?.promise
        yield { type: 'text', text }
      }
    },
  }
  return { provider, go: (index: number) => gates[index]?.resolve() }
}

describe('ai.stream', () => {
  test('shows a question while it is written, and completes with its outcome', async () => {
    const candidate = await candidateOf(app)
    const runId = await orderRun(app, candidate)
    const { provider, go } = stepwise(['What is ', 'an index?'])
    const following = follow(app.socket([candidate.tokens.aipt]), candidate, runId)
    await expect.poll(() => following.chunks[0]?.status).toBe('pending')
    const working = work([provider])
    go(0)
    await expect.poll(() => following.text()).toBe('What is ')
    go(1)
    await working
    expect(await following.done).toBe('What is an index?')
    expect(following.chunks.at(-1)).toMatchObject({ runId, status: 'finished', outcome: 'succeeded' })
  })

  test('a stream that was cut goes on at its cursor: nothing twice, nothing lost', async () => {
    const candidate = await candidateOf(app)
    const runId = await orderRun(app, candidate)
    const { provider, go } = stepwise(['One ', 'two ', '🙂 three'])
    const working = work([provider])
    const following = follow(app.socket([candidate.tokens.aipt]), candidate, runId)
    go(0)
    await expect.poll(() => following.text()).toBe('One ')
    app.cutSockets()
    go(1)
    go(2)
    await working
    expect(await following.done).toBe('One two 🙂 three')
    expect(following.chunks.map(({ delta }) => delta).join('')).toBe('One two 🙂 three')
  })

  test('a follower who comes late gets the whole text, one with a cursor only the rest', async () => {
    const candidate = await candidateOf(app)
    const runId = await orderRun(app, candidate)
    await work([createFakeProvider([{ say: 'The whole question.' }])])
    const socket = app.socket([candidate.tokens.aipt])
    const late = follow(socket, candidate, runId)
    expect(await late.done).toBe('The whole question.')
    const rest = follow(socket, candidate, runId, '1.4')
    await rest.done
    expect(rest.chunks).toMatchObject([{ offset: 4, delta: 'whole question.', outcome: 'succeeded' }])
    const end = follow(socket, candidate, runId, late.cursors.at(-1))
    await end.done
    expect(end.chunks).toMatchObject([{ delta: '', status: 'finished', outcome: 'succeeded' }])
  })

  test('a call that fails starts the text anew, also for a cursor into the old text', async () => {
    const candidate = await candidateOf(app)
    const runId = await orderRun(app, candidate)
    const { promise: until, resolve } = Promise.withResolvers<void>()
    const fake = createFakeProvider([{ say: ['Broken text'], fail: 'broke off', retryable: false }])
    const second = createFakeProvider([{ say: 'The real question', until }])
    const following = follow(app.socket([candidate.tokens.aipt]), candidate, runId)
    const working = work([fake, second])
    await expect.poll(() => second.requests.length).toBe(1)
    const resumed = follow(app.socket([candidate.tokens.aipt]), candidate, runId, '1.11')
    resolve()
    await working
    expect(await following.done).toBe('The real question')
    await resumed.done
    expect(resumed.chunks.every(({ offset, delta }) => offset === 0 || delta === '')).toBe(true)
    expect(resumed.chunks.map(({ delta }) => delta).join('')).toBe('The real question')
  })

  test('a cursor that no stream gave out does no harm', async () => {
    const candidate = await candidateOf(app)
    const runId = await orderRun(app, candidate)
    await work([createFakeProvider([{ say: 'Short' }])])
    const socket = app.socket([candidate.tokens.aipt])
    expect(await follow(socket, candidate, runId, '1.999999').done).toBe('Short')
    expect(await follow(socket, candidate, runId, '999999.2').done).toBe('Short')
    await expect(follow(socket, candidate, runId, '-1').done).rejects.toMatchObject({
      data: { app: { code: 'INVALID_INPUT' } },
    })
  })

  test('scoring is not the candidate’s to see, nor is another session’s run', async () => {
    const candidate = await candidateOf(app)
    const other = await candidateOf(app)
    const scoring = await orderRun(app, { ...candidate, purpose: 'scoring' })
    const foreign = await orderRun(app, other)
    const socket = app.socket([candidate.tokens.aipt])
    for (const runId of [scoring, foreign, app.ctx.random.id()]) {
      await expect(follow(socket, candidate, runId).done).rejects.toMatchObject({
        data: { app: { code: 'NOT_FOUND' } },
      })
    }
    await expect(
      follow(socket, { ...candidate, sessionId: other.sessionId }, foreign).done,
    ).rejects.toMatchObject({
      data: { app: { code: 'FORBIDDEN' } },
    })
    await work([createFakeProvider([{ say: 'done' }])])
  })

  test('another kind of token does not open it', async () => {
    const candidate = await candidateOf(app)
    const runId = await orderRun(app, candidate)
    for (const token of [candidate.tokens.wst, candidate.tokens.ist, candidate.token]) {
      await expect(follow(app.socket([token]), candidate, runId).done).rejects.toMatchObject({
        data: { app: { code: 'UNAUTHENTICATED' } },
      })
    }
    await work([createFakeProvider([{ say: 'done' }])])
  })
})

describe('ai.runs', () => {
  test('pages through a session’s runs, newest first, for members who may read reports', async () => {
    const candidate = await candidateOf(app)
    const { companyId, sessionId } = candidate
    const ids: string[] = []
    for (let index = 0; index < 3; index++) {
      ids.unshift(await orderRun(app, candidate))
      await work([createFakeProvider([{ say: 'q' }])])
    }
    const reviewer = await memberOf(app, { companyId, role: 'reviewer' })
    const first = await reviewer.api.ai.runs.query({ companyId, sessionId, limit: 2 })
    expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 2))
    const second = await reviewer.api.ai.runs.query({
      companyId,
      sessionId,
      limit: 2,
      cursor: first.nextCursor,
    })
    expect(second).toMatchObject({ items: [{ id: ids[2] }], nextCursor: null })
    const employee = await memberOf(app, { companyId, role: 'employee' })
    await errorOf(employee.api.ai.runs.query({ companyId, sessionId }), 'FORBIDDEN')
    const stranger = await memberOf(app)
    await errorOf(stranger.api.ai.runs.query({ companyId, sessionId }), 'NOT_FOUND')
    await errorOf(stranger.api.ai.runs.query({ companyId: stranger.companyId, sessionId }), 'NOT_FOUND')
  })
})
