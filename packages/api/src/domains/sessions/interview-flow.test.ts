import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errorOf, startTestApp, type TestApp } from '../../testing/index.ts'
import { eventTypes, newKey, sitDown } from './testing/stage.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app?.close())

describe('a whole interview', () => {
  test('runs from the claim to the seal, with every step in the log', async () => {
    const { sessionId, session, member, claim } = await sitDown(app)
    expect(claim.grant.session).toMatchObject({
      state: 'precheck',
      allowed: ['precheck', 'recordSignals', 'withdraw', 'end'],
      interview: { title: 'Backend engineer', questionCount: 2 },
      currentQuestion: null,
      pendingRunId: null,
    })
    const first = await session.sessions.nextQuestion.mutate({ sessionId, idempotencyKey: newKey() })
    if (first.kind !== 'asked') throw new Error(first.kind)
    expect(first.question).toMatchObject({ position: 1, planId: 'system', answered: false })
    const receipt = await session.sessions.answer.mutate({
      sessionId,
      questionId: first.question.id,
      text: 'A queue.',
      idempotencyKey: newKey(),
    })
    expect(receipt.late).toBe(false)
    const second = await session.sessions.nextQuestion.mutate({ sessionId, idempotencyKey: newKey() })
    if (second.kind !== 'asked') throw new Error(second.kind)
    const asked = Date.parse(second.question.askedAt)
    expect(Date.parse(second.question.deadlineAt) - asked).toBe(120_000)
    await session.sessions.answer.mutate({
      sessionId,
      questionId: second.question.id,
      text: '',
      idempotencyKey: newKey(),
    })
    const done = await session.sessions.nextQuestion.mutate({ sessionId, idempotencyKey: newKey() })
    expect(done).toEqual({ kind: 'done' })
    const current = await session.sessions.current.query({ sessionId })
    expect(current).toMatchObject({
      state: 'active',
      answeredCount: 2,
      currentQuestion: { position: 2, answered: true },
    })

    const summary = await session.sessions.finalize.mutate({ sessionId, idempotencyKey: newKey() })
    expect(summary).toMatchObject({
      state: 'completed',
      endReason: null,
      questions: 2,
      answers: 2,
      events: 11,
    })
    expect(await eventTypes(app, sessionId)).toEqual([
      'session.created',
      'session.claimed',
      'session.transitioned',
      'session.prechecked',
      'session.transitioned',
      'session.transitioned',
      'question.asked',
      'answer.received',
      'question.asked',
      'answer.received',
      'session.transitioned',
    ])
    const { companyId } = member
    const chain = await member.api.sessions.verify.query({ companyId, sessionId })
    expect(chain).toMatchObject({ ok: true, problems: [], erased: [], headHash: summary.headHash })
    expect(chain.events).toBe(summary.events)
    const [seal] = await app.db.sql`select seq from session_seals where session_id = ${sessionId}`
    expect(seal).toEqual({ seq: summary.events })
    const [report] = await app.db.sql`select status from reports where session_id = ${sessionId}`
    expect(report).toEqual({ status: 'pending' })
  })
})

describe('the precheck', () => {
  test('names each required sensor that is declined, and changes nothing then', async () => {
    const definition = {
      sensors: [
        { sensor: 'browser' as const, required: true },
        { sensor: 'screen' as const, required: true },
        { sensor: 'camera' as const, required: false },
      ],
    }
    const { session, sessionId } = await sitDown(app, { state: 'precheck', definition })
    const before = await eventTypes(app, sessionId)
    const declined = { sessionId, consents: { browser: false, camera: true } }
    const error = await errorOf(session.sessions.precheck.mutate(declined), 'INVALID_INPUT')
    expect(error.details.issues.map(({ path }) => path)).toEqual(['consents.browser', 'consents.screen'])
    expect(await eventTypes(app, sessionId)).toEqual(before)
    expect((await session.sessions.current.query({ sessionId })).state).toBe('precheck')
  })

  test('keeps a decision on every sensor that is asked for, on no other, and may be repeated', async () => {
    const { session, sessionId } = await sitDown(app, { state: 'precheck' })
    const consents = { browser: true, microphone: true }
    const ready = await session.sessions.precheck.mutate({ sessionId, consents, device: { width: 1280 } })
    expect(ready).toMatchObject({ state: 'ready', consents: { browser: true, camera: false } })
    expect(ready.consents).not.toHaveProperty('microphone')
    const again = await session.sessions.precheck.mutate({
      sessionId,
      consents: { browser: true, camera: true },
    })
    expect(again).toMatchObject({ state: 'ready', consents: { browser: true, camera: true } })
    expect((await eventTypes(app, sessionId)).slice(3)).toEqual([
      'session.prechecked',
      'session.transitioned',
      'session.prechecked',
    ])
  })

  test('a replay, also at the same moment and after the start, is one event and answered as before', async () => {
    const { session, sessionId } = await sitDown(app, { state: 'precheck' })
    const call = { sessionId, consents: { browser: true }, idempotencyKey: newKey() }
    const answers = await Promise.all([1, 2, 3].map(() => session.sessions.precheck.mutate(call)))
    await session.sessions.start.mutate({ sessionId, idempotencyKey: newKey() })
    answers.push(await session.sessions.precheck.mutate(call))
    for (const answer of answers) {
      expect(answer).toEqual(answers[0])
      expect(answer.state).toBe('ready')
    }
    const events = (await eventTypes(app, sessionId)).filter((type) => type === 'session.prechecked')
    expect(events).toHaveLength(1)
    const other = { ...call, consents: { browser: true, camera: true } }
    await errorOf(session.sessions.precheck.mutate(other), 'IDEMPOTENCY_KEY_REUSED')
  })
})

describe('asking', () => {
  test('parallel calls for the next question ask one question', async () => {
    const { session, sessionId } = await sitDown(app)
    const calls = await Promise.all(
      Array.from({ length: 8 }, () =>
        session.sessions.nextQuestion.mutate({ sessionId, idempotencyKey: newKey() }),
      ),
    )
    expect(new Set(calls.map((call) => (call.kind === 'asked' ? call.question.id : call.kind))).size).toBe(1)
    expect((await eventTypes(app, sessionId)).filter((type) => type === 'question.asked')).toHaveLength(1)
  })

  test('a question that nobody answered is left once its time is over', async () => {
    const { session, sessionId } = await sitDown(app)
    const next = () => session.sessions.nextQuestion.mutate({ sessionId, idempotencyKey: newKey() })
    expect(await next()).toMatchObject({ question: { planId: 'system' } })
    expect(await next()).toMatchObject({ question: { planId: 'system' } })
    app.clock.advance(600_001)
    expect(await next()).toMatchObject({ question: { planId: 'outage', position: 2 } })
  })

  test('a question never outlives its session', async () => {
    const definition = { limits: { totalSeconds: 60, questionSeconds: 600 } }
    const { session, sessionId } = await sitDown(app, { definition })
    const next = await session.sessions.nextQuestion.mutate({ sessionId, idempotencyKey: newKey() })
    const { deadlineAt } = await session.sessions.current.query({ sessionId })
    expect(next).toMatchObject({ question: { deadlineAt } })
  })
})

describe('answering', () => {
  test('a replay, also at the same moment, stores one answer and gives its receipt', async () => {
    const { session, sessionId, questionId } = await asked()
    const call = { sessionId, questionId, text: 'Once.', idempotencyKey: newKey() }
    const receipts = await Promise.all(Array.from({ length: 6 }, () => session.sessions.answer.mutate(call)))
    for (const receipt of receipts) expect(receipt).toEqual(receipts[0])
    const rows = await app.db.sql`select id from answers where session_id = ${sessionId}`
    expect(rows).toEqual([{ id: receipts[0]?.answerId }])
    await errorOf(session.sessions.answer.mutate({ ...call, text: 'Twice.' }), 'IDEMPOTENCY_KEY_REUSED')
    await session.sessions.finalize.mutate({ sessionId, idempotencyKey: newKey() })
    expect(await session.sessions.answer.mutate(call)).toEqual(receipts[0])
  })

  test('late answers are kept and marked, whether the time was over or the interview had moved on', async () => {
    const { session, sessionId, questionId } = await asked()
    const answer = async (text: string, id = questionId) => {
      const call = { sessionId, questionId: id, text, idempotencyKey: newKey() }
      return (await session.sessions.answer.mutate(call)).late
    }
    expect(await answer('In time.')).toBe(false)
    const next = await session.sessions.nextQuestion.mutate({ sessionId, idempotencyKey: newKey() })
    if (next.kind !== 'asked') throw new Error(next.kind)
    expect(await answer('Before its deadline, but after the next question.')).toBe(true)
    expect(await answer('In time too.', next.question.id)).toBe(false)
    app.clock.advance(120_001)
    expect(await answer('After the deadline.', next.question.id)).toBe(true)
    const rows = await app.db.sql`select late from answers where session_id = ${sessionId} order by id`
    expect(rows.map((row) => row['late'])).toEqual([false, true, false, true])
  })

  test('a question or a recording of another session does not exist here', async () => {
    const { session, sessionId, questionId } = await asked()
    const other = await asked()
    const call = { sessionId, text: 'x', idempotencyKey: newKey() }
    await errorOf(session.sessions.answer.mutate({ ...call, questionId: other.questionId }), 'NOT_FOUND')
    const media = await app.db.sql<{ id: string }[]>`
      insert into media_objects (id, session_id, company_id, kind, content_type, bytes, status, storage_key, created_at)
      values (gen_random_uuid(), ${other.sessionId}, ${other.member.companyId}, 'audio', 'audio/webm', 1, 'stored', 'k', now())
      returning id`
    const mediaId = media[0]?.id ?? ''
    await errorOf(session.sessions.answer.mutate({ ...call, questionId, mediaId }), 'NOT_FOUND')
    const kept = await other.session.sessions.answer.mutate({
      sessionId: other.sessionId,
      questionId: other.questionId,
      text: '',
      mediaId,
      idempotencyKey: newKey(),
    })
    expect(kept.late).toBe(false)
  })

  test('text that the database or the hash could not hold is refused as bad input', async () => {
    const { session, sessionId, questionId } = await asked()
    for (const text of ['a\u0000b', 'a\ud800b']) {
      const call = { sessionId, questionId, text, idempotencyKey: newKey() }
      await errorOf(session.sessions.answer.mutate(call), 'INVALID_INPUT')
    }
  })

  async function asked() {
    const sitting = await sitDown(app)
    const { session, sessionId } = sitting
    const next = await session.sessions.nextQuestion.mutate({ sessionId, idempotencyKey: newKey() })
    if (next.kind !== 'asked') throw new Error(next.kind)
    return { ...sitting, questionId: next.question.id }
  }
})

describe('closing', () => {
  test('parallel and repeated finalizations close once and give one summary', async () => {
    const { session, sessionId } = await sitDown(app)
    const call = { sessionId, idempotencyKey: newKey() }
    const summaries = await Promise.all([1, 2, 3].map(() => session.sessions.finalize.mutate(call)))
    for (const summary of summaries) expect(summary).toEqual(summaries[0])
    const seals = await app.db.sql`select seq from session_seals where session_id = ${sessionId}`
    expect(seals).toHaveLength(1)
    const lost = session.sessions.finalize.mutate({ sessionId, idempotencyKey: newKey() })
    expect((await errorOf(lost, 'INVALID_STATE')).details).toEqual({ state: 'completed', allowed: [] })
  })

  test('a candidate may withdraw, in their own words, and a member may end, with a reason', async () => {
    const first = await sitDown(app)
    const summary = await first.session.sessions.withdraw.mutate({
      sessionId: first.sessionId,
      note: 'I found another job.',
      idempotencyKey: newKey(),
    })
    expect(summary).toMatchObject({ state: 'ended', endReason: 'withdrawn' })
    const second = await sitDown(app, { state: 'precheck' })
    const { companyId } = second.member
    const ending = { companyId, sessionId: second.sessionId, note: 'The room is flooded.' }
    const ended = await second.member.api.sessions.end.mutate({ ...ending, reason: 'technical' })
    expect(ended).toMatchObject({ state: 'ended', endReason: 'technical', closedAt: expect.any(String) })
    await errorOf(second.member.api.sessions.end.mutate({ ...ending, reason: 'technical' }), 'INVALID_STATE')
    const [event] = await app.db.sql<{ payload: unknown; actor: string }[]>`
      select payload, actor from session_events where session_id = ${second.sessionId} order by seq desc limit 1`
    expect(event).toEqual({
      actor: `member:${second.member.userId}`,
      payload: {
        from: 'precheck',
        to: 'ended',
        action: 'end',
        reason: 'technical',
        note: 'The room is flooded.',
      },
    })
    // Nothing to report on where the interview never began; the log is sealed all the same.
    expect(await app.db.sql`select id from reports where session_id = ${second.sessionId}`).toHaveLength(0)
    expect(
      await app.db.sql`select seq from session_seals where session_id = ${second.sessionId}`,
    ).toHaveLength(1)
  })

  test('an ending that is sent again, also at the same moment, is one, and keeps no address by its key', async () => {
    const { member, sessionId } = await sitDown(app, { state: 'precheck' })
    const { companyId } = member
    const ending = { companyId, sessionId, reason: 'technical' as const, note: 'The room is flooded.' }
    const call = { ...ending, idempotencyKey: newKey() }
    const end = () => member.api.sessions.end.mutate(call)
    const answers = [...(await Promise.all([end(), end(), end()])), await end()]
    for (const answer of answers) {
      expect(answer).toEqual(answers[0])
      expect(answer).toMatchObject({ state: 'ended', endReason: 'technical' })
    }
    expect(
      await app.db.sql`
        select 1 from session_events
        where session_id = ${sessionId} and type = 'session.transitioned' and payload ->> 'to' = 'ended'`,
    ).toHaveLength(1)
    const kept = await app.db.sql`select result from idempotency_keys where key = ${call.idempotencyKey}`
    expect(kept).toEqual([{ result: { sessionId } }])
    const other = { ...call, note: 'The candidate left.' }
    await errorOf(member.api.sessions.end.mutate(other), 'IDEMPOTENCY_KEY_REUSED')
  })
})
