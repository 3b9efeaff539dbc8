import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SessionEvent } from '../../contract/index.ts'
import { transaction } from '../../core/transaction.ts'
import { errorOf, startTestApp, type TestApp } from '../../testing/index.ts'
import { COUNTING, decide, reviewerOf, type Struck, struckUnder } from './testing/reviews.ts'
import { candidateUnder, logOf, send, sent, sessionRow, typesOf } from './testing/signals.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

const struck = (pastes: number): Promise<Struck> => struckUnder(app, pastes)

describe('a decision about a strike', () => {
  test('is in the log, with the strike, in the report and in the audit log, under the reviewer’s name', async () => {
    const { candidate, reviewer, ids } = await struck(1)
    const { companyId, sessionId } = candidate
    const review = await decide(reviewer, candidate, ids[0], 'lifted', {
      reason: 'It was the task’s own text.',
    })
    expect(review).toEqual({
      decision: 'lifted',
      reason: 'It was the task’s own text.',
      reviewer: { id: reviewer.userId, name: 'Robin Example' },
      at: expect.stringMatching(/Z$/),
    })
    expect((await logOf(app, sessionId)).at(-1)).toMatchObject({
      type: 'strike.reviewed',
      actor: `member:${reviewer.userId}`,
      payload: { strikeId: ids[0], decision: 'lifted', reason: 'It was the task’s own text.' },
    })
    const report = await reviewer.api.reports.get.query({ companyId, sessionId })
    expect(report.strikes).toMatchObject([{ id: ids[0], review }])
    expect(report.chain).toMatchObject({ ok: true, problems: [] })
    expect(
      await app.db.sql`select actor, target, details from audit_log where action = 'proctoring.reviewStrike'`,
    ).toContainEqual({
      actor: `member:${reviewer.userId}`,
      target: ids[0],
      details: { sessionId, decision: 'lifted' },
    })
  })

  test('is null in the report while nobody has decided', async () => {
    const { candidate, reviewer } = await struck(1)
    const { companyId, sessionId } = candidate
    const { strikes } = await reviewer.api.reports.get.query({ companyId, sessionId })
    expect(strikes).toMatchObject([{ review: null }])
  })

  test('reaches the candidate’s own stream', async () => {
    const { candidate, reviewer, ids } = await struck(1)
    const { sessionId } = candidate
    const { promise, resolve, reject } = Promise.withResolvers<SessionEvent>()
    using socket = app.socket([candidate.tokens.wst])
    socket.api.sessions.events.subscribe(
      { sessionId },
      {
        onData: ({ data }) => data.events.filter(({ type }) => type === 'strike.reviewed').forEach(resolve),
        onError: reject,
      },
    )
    await decide(reviewer, candidate, ids[0], 'confirmed')
    expect(await promise).toMatchObject({ payload: { strikeId: ids[0], decision: 'confirmed' } })
  })

  test('takes a lifted strike out of count and flag, and a confirmed one back in', async () => {
    const { candidate, reviewer, ids } = await struck(2)
    const { sessionId } = candidate
    expect(await sessionRow(app, sessionId)).toMatchObject({ strike_count: 2, flagged: true })
    await decide(reviewer, candidate, ids[1], 'lifted')
    expect(await sessionRow(app, sessionId)).toMatchObject({ strike_count: 1, flagged: false })
    const seen = await reviewer.api.sessions.get.query({ companyId: candidate.companyId, sessionId })
    expect(seen).toMatchObject({ strikeCount: 1, flagged: false })
    await decide(reviewer, candidate, ids[1], 'lifted', { reason: 'Said once more.' })
    expect(await sessionRow(app, sessionId)).toMatchObject({ strike_count: 1, flagged: false })
    await decide(reviewer, candidate, ids[1], 'confirmed')
    expect(await sessionRow(app, sessionId)).toMatchObject({ strike_count: 2, flagged: true })
    expect((await typesOf(app, sessionId)).filter((type) => type === 'strike.reviewed')).toHaveLength(3)
    // The flag was due once and applies once, whatever happens to the strikes afterwards.
    expect((await typesOf(app, sessionId)).filter((type) => type === 'policy.applied')).toHaveLength(1)
  })

  test('replayed is the same decision, and another one under its key is refused', async () => {
    const { candidate, reviewer, ids } = await struck(1)
    const same = { idempotencyKey: 'one-decision-about-a-strike' }
    const [first, second] = await Promise.all([
      decide(reviewer, candidate, ids[0], 'lifted', same),
      decide(reviewer, candidate, ids[0], 'lifted', same),
    ])
    expect(second).toEqual(first)
    await decide(reviewer, candidate, ids[0], 'confirmed')
    expect(await decide(reviewer, candidate, ids[0], 'lifted', same)).toEqual(first)
    await errorOf(decide(reviewer, candidate, ids[0], 'confirmed', same), 'IDEMPOTENCY_KEY_REUSED')
    expect(
      (await typesOf(app, candidate.sessionId)).filter((type) => type === 'strike.reviewed'),
    ).toHaveLength(2)
    expect(await sessionRow(app, candidate.sessionId)).toMatchObject({ strike_count: 1 })
  })

  test('needs a reason in words', async () => {
    const { candidate, reviewer, ids } = await struck(1)
    for (const reason of ['', 'no', '      ', 'x'.repeat(1001), 'a\u0000b']) {
      const { details } = await errorOf(
        decide(reviewer, candidate, ids[0], 'lifted', { reason }),
        'INVALID_INPUT',
      )
      expect(details.issues).toMatchObject([{ path: 'reason' }])
    }
  })
})

describe('who may not decide about a strike', () => {
  test.each(['team_lead', 'employee'] as const)('a %s', async (role) => {
    const { candidate, ids } = await struck(1)
    const member = await reviewerOf(app, candidate, role)
    const { details } = await errorOf(decide(member, candidate, ids[0], 'lifted'), 'FORBIDDEN')
    expect(details).toEqual({ permission: 'strikes.review' })
    expect(await typesOf(app, candidate.sessionId)).not.toContain('strike.reviewed')
  })

  test.each(['admin', 'hr', 'reviewer'] as const)('not so a %s', async (role) => {
    const { candidate, ids } = await struck(1)
    await decide(await reviewerOf(app, candidate, role), candidate, ids[0], 'confirmed')
  })

  test('the session’s own candidate, although a member who may decide about others', async () => {
    const { candidate, reviewer, ids } = await struck(1)
    const { sessionId } = candidate
    const self = await reviewerOf(app, candidate, 'admin')
    await app.db.sql`update sessions set candidate_id = ${self.userId} where id = ${sessionId}`
    const { message, details } = await errorOf(decide(self, candidate, ids[0], 'lifted'), 'FORBIDDEN')
    expect(message).toContain('your own interview')
    expect(details).toEqual({})
    expect(await typesOf(app, sessionId)).not.toContain('strike.reviewed')
    expect(await sessionRow(app, sessionId)).toMatchObject({ strike_count: 1 })
    await decide(reviewer, candidate, ids[0], 'confirmed')
  })

  test('anybody of another company, also by naming their own', async () => {
    const { candidate, ids } = await struck(1)
    const stranger = await reviewerOf(app, await candidateUnder(app, COUNTING))
    await errorOf(decide(stranger, candidate, ids[0], 'lifted'), 'NOT_FOUND')
    const intruder = { ...stranger, companyId: candidate.companyId }
    await errorOf(decide(intruder, candidate, ids[0], 'lifted'), 'NOT_FOUND')
    expect(await sessionRow(app, candidate.sessionId)).toMatchObject({ strike_count: 1 })
  })

  test('anybody, about a strike of another session or none', async () => {
    const { candidate, reviewer } = await struck(1)
    const other = await struck(1)
    for (const strikeId of [other.ids[0], candidate.sessionId]) {
      const { details } = await errorOf(decide(reviewer, candidate, strikeId, 'lifted'), 'NOT_FOUND')
      expect(details).toEqual({ resource: 'strike' })
    }
    expect(await typesOf(app, candidate.sessionId)).not.toContain('strike.reviewed')
    expect(await sessionRow(app, other.candidate.sessionId)).toMatchObject({ strike_count: 1 })
  })
})

describe('while the session runs', () => {
  test('a lifted strike no longer counts toward a consequence that is not due yet', async () => {
    const { candidate, reviewer, ids } = await struck(2)
    await decide(reviewer, candidate, ids[0], 'lifted')
    await send(candidate, [sent(3, 'paste')])
    expect(await sessionRow(app, candidate.sessionId)).toMatchObject({ state: 'active', strike_count: 2 })
    await send(candidate, [sent(4, 'paste')])
    expect(await sessionRow(app, candidate.sessionId)).toMatchObject({
      state: 'ended',
      end_reason: 'policy',
      strike_count: 3,
    })
  })

  test('a strike that is confirmed after it was lifted may make a consequence due', async () => {
    const { candidate, reviewer, ids } = await struck(2)
    const { companyId, sessionId } = candidate
    await decide(reviewer, candidate, ids[0], 'lifted')
    await send(candidate, [sent(3, 'paste')])
    await decide(reviewer, candidate, ids[0], 'confirmed')
    const log = await logOf(app, sessionId)
    expect(log.slice(-3).map(({ type, actor }) => `${type} ${actor.split(':')[0]}`)).toEqual([
      'strike.reviewed member',
      'policy.applied system',
      'session.transitioned system',
    ])
    expect(log.at(-1)?.payload).toMatchObject({ to: 'ended', reason: 'policy', note: 'Text was pasted.' })
    const chain = await reviewer.api.sessions.verify.query({ companyId, sessionId })
    expect(chain).toMatchObject({ ok: true, problems: [] })
  })

  test('but not once its time is over: then it has expired, whatever is decided', async () => {
    const { candidate, reviewer, ids } = await struck(2)
    const { sessionId } = candidate
    await decide(reviewer, candidate, ids[0], 'lifted')
    await send(candidate, [sent(3, 'paste')])
    await app.db.sql`update sessions set deadline_at = now() - interval '1 day' where id = ${sessionId}`
    await decide(reviewer, candidate, ids[0], 'confirmed')
    expect(await sessionRow(app, sessionId)).toMatchObject({
      state: 'active',
      strike_count: 3,
      flagged: true,
    })
  })

  test('of two who decide at once both are recorded, and the later one holds', async () => {
    const { candidate, reviewer, ids } = await struck(2)
    const { companyId, sessionId } = candidate
    const other = await reviewerOf(app, candidate, 'hr')
    for (let round = 0; round < 5; round += 1) {
      await Promise.all([
        decide(reviewer, candidate, ids[0], 'lifted'),
        decide(other, candidate, ids[0], 'confirmed'),
      ])
    }
    const log = (await logOf(app, sessionId)).filter(({ type }) => type === 'strike.reviewed')
    expect(log).toHaveLength(10)
    const { strikes, chain, session } = await reviewer.api.reports.get.query({ companyId, sessionId })
    expect(strikes[0]?.review).toMatchObject({
      decision: log.at(-1)?.payload && decisionIn(log.at(-1)?.payload),
    })
    expect(session.strikeCount).toBe(strikes[0]?.review?.decision === 'lifted' ? 1 : 2)
    expect(chain).toMatchObject({ ok: true, problems: [] })
  })

  test('neither holds up what the candidate sends meanwhile, nor loses any of it', async () => {
    const { candidate, reviewer, ids } = await struck(2)
    const { companyId, sessionId } = candidate
    await Promise.all([
      ...Array.from({ length: 8 }, (_, round) =>
        decide(reviewer, candidate, ids[round % 2], round % 4 < 2 ? 'lifted' : 'confirmed'),
      ),
      (async () => {
        for (let seq = 3; seq < 20; seq += 1) await send(candidate, [sent(seq, 'copy')])
      })(),
    ])
    const types = await typesOf(app, sessionId)
    expect(types.filter((type) => type === 'signal.recorded')).toHaveLength(19)
    expect(types.filter((type) => type === 'strike.reviewed')).toHaveLength(8)
    const { chain } = await reviewer.api.reports.get.query({ companyId, sessionId })
    expect(chain).toMatchObject({ ok: true, problems: [] })
  })

  test('and its log is full, there is still room for a decision', async () => {
    const { candidate, reviewer, ids } = await struck(1)
    const { sessionId } = candidate
    for (let batch = 0; batch < 5; batch += 1) {
      await transaction(app.ctx, (tx) =>
        tx.append(
          sessionId,
          Array.from({ length: 5000 }, () => ({
            type: 'signal.recorded' as const,
            payload: { ...sent(9, 'copy'), details: {} },
          })),
        ),
      )
    }
    expect((await errorOf(send(candidate, [sent(9, 'copy')]), 'CONFLICT')).details.reason).toBe('log_full')
    await decide(reviewer, candidate, ids[0], 'lifted')
    expect(await sessionRow(app, sessionId)).toMatchObject({ strike_count: 0 })
  })
})

function decisionIn(payload: unknown): unknown {
  return typeof payload === 'object' && payload !== null && 'decision' in payload
    ? payload.decision
    : undefined
}
