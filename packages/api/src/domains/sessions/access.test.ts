import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allowedActions } from '../../contract/index.ts'
import { errorOf, memberOf, startTestApp, type TestApp } from '../../testing/index.ts'
import { newCompany, newKey, type Sitting, sitDown } from './testing/stage.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app?.close())

const NOTE = 'A person decided so.'

describe('members', () => {
  const calls = {
    get: (api: Sitting['session'], of: Of) => api.sessions.get.query(of),
    end: (api: Sitting['session'], of: Of) =>
      api.sessions.end.mutate({ ...of, reason: 'technical' as const, note: NOTE }),
    verify: (api: Sitting['session'], of: Of) => api.sessions.verify.query(of),
    exportEvidence: (api: Sitting['session'], of: Of) => api.sessions.exportEvidence.mutate(of),
  }
  type Of = { companyId: string; sessionId: string }

  test.each(Object.entries(calls))('%s finds no session of another company', async (_name, call) => {
    const { sessionId, member } = await sitDown(app)
    const stranger = await newCompany(app)
    await errorOf(call(stranger.api, { companyId: stranger.companyId, sessionId }), 'NOT_FOUND')
    await errorOf(call(stranger.api, { companyId: member.companyId, sessionId }), 'NOT_FOUND')
    await errorOf(call(app.client(), { companyId: member.companyId, sessionId }), 'UNAUTHENTICATED')
    await untouched(sessionId)
  })

  test.each(Object.entries(calls))('%s is refused to a role without the permission', async (_name, call) => {
    const { sessionId, member } = await sitDown(app)
    const { companyId } = member
    const employee = await memberOf(app, { companyId, role: 'employee' })
    await errorOf(call(employee.api, { companyId, sessionId }), 'FORBIDDEN')
    await untouched(sessionId)
  })

  /** A refusal that came too late would leave a trace. */
  async function untouched(sessionId: string): Promise<void> {
    const [row] = await app.db.sql`
      select s.state, h.seq, (select count(*) from session_seals where session_id = s.id) as seals
      from sessions s join session_heads h on h.session_id = s.id where s.id = ${sessionId}`
    expect(row).toEqual({ state: 'active', seq: 6, seals: 0 })
  }
})

describe('a call in the wrong state', () => {
  test.each(['precheck', 'ready', 'active', 'completed'] as const)(
    'in %s is told the state and what it allows',
    async (state) => {
      const sitting = await sitDown(app, { state: state === 'completed' ? 'active' : state })
      const { session, sessionId } = sitting
      const keyed = () => ({ sessionId, idempotencyKey: newKey() })
      if (state === 'completed') await session.sessions.finalize.mutate(keyed())
      const questionId = sessionId
      const calls = {
        precheck: () => session.sessions.precheck.mutate({ sessionId, consents: { browser: true } }),
        start: () => session.sessions.start.mutate(keyed()),
        nextQuestion: () => session.sessions.nextQuestion.mutate(keyed()),
        answer: () => session.sessions.answer.mutate({ ...keyed(), questionId, text: '' }),
        finalize: () => session.sessions.finalize.mutate(keyed()),
        withdraw: () => session.sessions.withdraw.mutate(keyed()),
      }
      const allowed = allowedActions(state)
      for (const [action, call] of Object.entries(calls)) {
        if (allowed.some((name) => name === action)) continue
        const error = await errorOf(call(), 'INVALID_STATE')
        expect([action, error.details]).toEqual([action, { state, allowed }])
      }
    },
  )
})

describe('the log out of a device', () => {
  test('ends what its session tokens may do', async () => {
    const { session, sessionId, candidate } = await sitDown(app)
    await candidate.auth.logOutEverywhere.mutate({})
    await errorOf(session.sessions.current.query({ sessionId }), 'UNAUTHENTICATED')
  })
})
