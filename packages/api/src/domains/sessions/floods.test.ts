import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMemoryRateLimiter } from '../../core/rate-limiter.ts'
import { transaction } from '../../core/transaction.ts'
import { errorOf, signedInUser, startTestApp, type TestApp } from '../../testing/index.ts'
import { questionRunHandlers } from './question-runs.ts'
import { newCompany, newKey, publishedInterview, type Sitting, sitDown } from './testing/stage.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

/** Makes a log as long as a flood would, without sending each event over HTTP. */
async function grow(sessionId: string, events: number): Promise<void> {
  const payload = {
    clientSeq: 1,
    clientTime: '2026-01-31T09:00:00.000Z',
    kind: 'tab_visible',
    details: {},
  } as const
  for (let left = events; left > 0; left -= 5000) {
    const batch = Array.from({ length: Math.min(left, 5000) }, () => ({
      type: 'signal.recorded' as const,
      payload,
    }))
    await transaction(app.ctx, (tx) => tx.append(sessionId, batch))
  }
}

async function firstQuestion({ session, sessionId }: Sitting): Promise<string> {
  const next = await session.sessions.nextQuestion.mutate({ sessionId, idempotencyKey: newKey() })
  if (next.kind !== 'asked') throw new Error(next.kind)
  return next.question.id
}

describe('a candidate who floods the log', () => {
  test('is refused once it is full, and can still finish', async () => {
    const sitting = await sitDown(app)
    const { session, sessionId, claim, member } = sitting
    const questionId = await firstQuestion(sitting)
    await grow(sessionId, 20_000)
    const signals = [
      { clientSeq: 1, clientTime: new Date().toISOString(), kind: 'tab_hidden' as const, details: {} },
    ]
    const acet = app.client(claim.grant.tokens.acet)
    const signal = acet.proctoring.record.mutate({ sessionId, signals })
    expect((await errorOf(signal, 'CONFLICT')).details.reason).toBe('log_full')
    // A browser that reports without end costs nobody their answers.
    const answer = (text: string) =>
      session.sessions.answer.mutate({ sessionId, questionId, text, idempotencyKey: newKey() })
    await answer('The first.')
    await grow(sessionId, 5000)
    expect((await errorOf(answer('One too many.'), 'CONFLICT')).details.reason).toBe('log_full')
    const summary = await session.sessions.finalize.mutate({ sessionId, idempotencyKey: newKey() })
    expect(summary).toMatchObject({ state: 'completed', answers: 1 })
    const chain = await member.api.sessions.verify.query({ companyId: member.companyId, sessionId })
    expect(chain).toMatchObject({ ok: true, events: summary.events })
  })

  test('cannot do it before the interview either, by the precheck', async () => {
    const { session, sessionId } = await sitDown(app, { state: 'ready' })
    await grow(sessionId, 2000)
    const again = session.sessions.precheck.mutate({ sessionId, consents: { browser: true } })
    expect((await errorOf(again, 'CONFLICT')).details.reason).toBe('log_full')
  })
})

describe('a candidate who floods the answers', () => {
  test('has room for millions of characters and no more', async () => {
    const sitting = await sitDown(app)
    const { session, sessionId } = sitting
    const questionId = await firstQuestion(sitting)
    const answer = () =>
      session.sessions.answer.mutate({
        sessionId,
        questionId,
        text: 'é'.repeat(50_000),
        idempotencyKey: newKey(),
      })
    for (let sent = 0; sent < 80; sent += 1) await answer()
    const error = await errorOf(answer(), 'PAYLOAD_TOO_LARGE')
    expect(error.details.maxBytes).toBeLessThan(100_000)
    const short = { sessionId, questionId, text: '', idempotencyKey: newKey() }
    await session.sessions.answer.mutate(short)
  })

  test('draws no prompt of that size: a model reads the end of it', async () => {
    const sitting = await sitDown(app, {
      definition: { questions: [{ id: 'system', kind: 'fixed', text: 'Which system?', maxFollowUps: 1 }] },
    })
    const { session, sessionId, member } = sitting
    const questionId = await firstQuestion(sitting)
    for (const text of ['x'.repeat(50_000), `${'y'.repeat(40_000)} and then it broke.`]) {
      await session.sessions.answer.mutate({ sessionId, questionId, text, idempotencyKey: newKey() })
    }
    const { messages } = await questionRunHandlers.follow_up.prompt(app.ctx, {
      id: newKey(),
      sessionId,
      companyId: member.companyId,
      purpose: 'follow_up',
      task: { planId: 'system', position: 2, followUpOf: questionId, after: questionId },
      attempt: 1,
      calls: 0,
    })
    const content = messages.map((message) => message.content).join('')
    expect(content.length).toBeLessThan(25_000)
    expect(content).toContain('and then it broke.')
  })
})

describe('a user who makes things without end', () => {
  test('opens so many sessions and makes so many companies an hour, whoever asks for reports so many a minute', async () => {
    await using limited = await startTestApp({ overrides: { limiter: createMemoryRateLimiter() } })
    const member = await newCompany(limited)
    const { id: interviewId } = await publishedInterview(member, { open: true })
    const { api } = await signedInUser(limited)
    const open = () => api.sessions.createOpen.mutate({ interviewId, idempotencyKey: newKey() })
    const { session } = await open()
    for (let made = 1; made < 30; made += 1) await open()
    expect((await errorOf(open(), 'RATE_LIMITED')).details.retryAfterSeconds).toBeGreaterThan(60)

    const company = () => api.companies.create.mutate({ name: 'Acme', idempotencyKey: newKey() })
    for (let made = 0; made < 20; made += 1) await company()
    await errorOf(company(), 'RATE_LIMITED')

    const whole = { companyId: member.companyId, sessionId: session.id }
    for (let read = 0; read < 120; read += 1) await member.api.reports.get.query(whole)
    await errorOf(member.api.reports.get.query(whole), 'RATE_LIMITED')
  })
})
