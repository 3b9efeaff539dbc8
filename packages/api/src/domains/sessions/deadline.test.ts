import { afterAll, beforeAll, expect, test } from 'vitest'
import { errorOf, startTestApp, type TestApp } from '../../testing/index.ts'
import { endOverdueSessions } from './index.ts'
import { eventTypes, invitation, newCompany, newKey, publishedInterview, sitDown } from './testing/stage.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app?.close())

// Well below the life of the tokens, so that what ends here is the session and nothing else.
const LIMIT_MS = 60_000

async function answered() {
  const definition = { limits: { totalSeconds: LIMIT_MS / 1000, questionSeconds: 30 } }
  const sitting = await sitDown(app, { definition })
  const { session, sessionId } = sitting
  const next = await session.sessions.nextQuestion.mutate({ sessionId, idempotencyKey: newKey() })
  if (next.kind !== 'asked') throw new Error(next.kind)
  const call = { sessionId, questionId: next.question.id, text: 'Kept.', idempotencyKey: newKey() }
  const receipt = await session.sessions.answer.mutate(call)
  return { ...sitting, call, receipt }
}

test('a session ends by itself at its deadline: answers kept, sealed, report ordered', async () => {
  const { sessionId, member } = await answered()
  app.clock.advance(LIMIT_MS - 10_000)
  expect(await endOverdueSessions(app.ctx)).toBe(0)
  app.clock.advance(10_000)
  // Three instances sweep at once.
  const counts = await Promise.all([1, 2, 3].map(() => endOverdueSessions(app.ctx)))
  expect(counts.reduce((sum, count) => sum + count)).toBe(1)
  const { companyId } = member
  const ended = await member.api.sessions.get.query({ companyId, sessionId })
  expect(ended).toMatchObject({ state: 'ended', endReason: 'expired' })
  expect(await app.db.sql`select text from answers where session_id = ${sessionId}`).toEqual([
    { text: 'Kept.' },
  ])
  const [event] = await app.db.sql`
    select actor, payload from session_events where session_id = ${sessionId} order by seq desc limit 1`
  expect(event).toMatchObject({
    actor: 'system',
    payload: { from: 'active', to: 'ended', action: 'end', reason: 'expired' },
  })
  const reports = await app.db.sql`select status from reports where session_id = ${sessionId}`
  expect(reports).toEqual([{ status: 'pending' }])
  expect(await app.db.sql`select seq from session_seals where session_id = ${sessionId}`).toHaveLength(1)
  expect(await member.api.sessions.verify.query({ companyId, sessionId })).toMatchObject({ ok: true })
})

test('a link that nobody used in time leaves no open session behind', async () => {
  const member = await newCompany(app)
  const { id } = await publishedInterview(member)
  const { sessionId } = await invitation(member, id)
  app.clock.advance(8 * 24 * 3_600_000)
  expect(await endOverdueSessions(app.ctx)).toBeGreaterThanOrEqual(1)
  const rows = await app.db.sql`select state, end_reason from sessions where id = ${sessionId}`
  expect(rows).toEqual([{ state: 'ended', end_reason: 'expired' }])
})

test.each(['answer', 'nextQuestion', 'finalize', 'withdraw', 'end'] as const)(
  'a late %s ends the session first, says so, and does nothing else',
  async (verb) => {
    const { sessionId, member, session, call, receipt } = await answered()
    const before = await eventTypes(app, sessionId)
    app.clock.advance(LIMIT_MS)
    const keyed = { sessionId, idempotencyKey: newKey() }
    const { companyId } = member
    const late = {
      answer: () => session.sessions.answer.mutate({ ...call, ...keyed }),
      nextQuestion: () => session.sessions.nextQuestion.mutate(keyed),
      finalize: () => session.sessions.finalize.mutate(keyed),
      withdraw: () => session.sessions.withdraw.mutate(keyed),
      end: () =>
        member.api.sessions.end.mutate({ companyId, sessionId, reason: 'technical', note: 'Too late.' }),
    }[verb]
    const error = await errorOf(late(), 'INVALID_STATE')
    expect(error.details).toEqual({ state: 'ended', allowed: [] })
    expect((await eventTypes(app, sessionId)).slice(before.length)).toEqual(['session.transitioned'])
    expect(await endOverdueSessions(app.ctx)).toBe(0)
    // What was answered in time is still answered the same.
    expect(await session.sessions.answer.mutate(call)).toEqual(receipt)
  },
)

test('parallel late calls and sweeps end the session once', async () => {
  const { sessionId, session } = await answered()
  app.clock.advance(LIMIT_MS)
  const calls = [1, 2, 3, 4].map(() =>
    errorOf(session.sessions.finalize.mutate({ sessionId, idempotencyKey: newKey() }), 'INVALID_STATE'),
  )
  await Promise.all([...calls, endOverdueSessions(app.ctx)])
  const endings = await app.db.sql`
    select 1 from session_events where session_id = ${sessionId} and payload ->> 'to' = 'ended'`
  expect(endings).toHaveLength(1)
})

test('a summary and new tokens stay within reach after the end', async () => {
  const { sessionId, session, candidate } = await answered()
  app.clock.advance(LIMIT_MS)
  await endOverdueSessions(app.ctx)
  expect(await session.sessions.summary.query({ sessionId })).toMatchObject({ state: 'ended', answers: 1 })
  const { ist } = await candidate.sessions.refreshTokens.mutate({ sessionId })
  const current = await app.client(ist).sessions.current.query({ sessionId })
  expect(current).toMatchObject({ state: 'ended', endReason: 'expired', allowed: [], currentQuestion: null })
})
