import { makeInterview, makePolicy, makeSession } from '@viva/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { candidateOf, errorOf, startTestApp, type TestApp } from '../../testing/index.ts'
import { verifyLog } from '../evidence/index.ts'
import { logOf, send, sent, sessionRow, typesOf } from './testing/signals.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

describe('a batch of signals', () => {
  test('is in the log as it was sent, once it is acknowledged', async () => {
    const candidate = await candidateOf(app)
    const batch = [sent(1, 'copy', { length: 12 }), sent(2, 'network_lost'), sent(3, 'network_regained')]
    expect(await send(candidate, batch)).toEqual({ recorded: 3, lastClientSeq: 3, strikes: [] })
    const log = await logOf(app, candidate.sessionId)
    expect(log.map(({ payload }) => payload)).toEqual(
      batch.map(({ clientSeq, clientTime, kind, details = {} }) => ({
        clientSeq,
        clientTime,
        kind,
        details,
      })),
    )
    expect(log.map(({ type, actor }) => [type, actor])).toEqual(
      batch.map(() => ['signal.recorded', `candidate:${candidate.userId}`]),
    )
    expect(await verifyLog(app.ctx, candidate.sessionId)).toMatchObject({ ok: true, events: 3 })
  })

  test('sent again is acknowledged again and recorded no second time, also when both come at once', async () => {
    const candidate = await candidateOf(app)
    const batch = [sent(1, 'paste', { b: [1, { c: null }], a: 'é' }), sent(2)]
    const receipts = await Promise.all([
      send(candidate, batch),
      send(candidate, batch),
      send(candidate, batch),
    ])
    expect(receipts.map(({ recorded }) => recorded).sort()).toEqual([0, 0, 2])
    expect(receipts.map(({ lastClientSeq }) => lastClientSeq)).toEqual([2, 2, 2])
    expect(await typesOf(app, candidate.sessionId)).toEqual(['signal.recorded', 'signal.recorded'])
  })

  test('that overlaps the one before adds only what is new', async () => {
    const candidate = await candidateOf(app)
    await send(candidate, [sent(1), sent(2)])
    expect(await send(candidate, [sent(2), sent(3)])).toMatchObject({ recorded: 1, lastClientSeq: 3 })
  })

  test('with other content under a number already held is recorded as a reordering, once', async () => {
    const candidate = await candidateOf(app)
    await send(candidate, [sent(1), sent(2)])
    const forged = [sent(1, 'tab_visible')]
    expect(await send(candidate, forged)).toMatchObject({ recorded: 0, lastClientSeq: 2 })
    await send(candidate, forged)
    const log = await logOf(app, candidate.sessionId)
    expect(log.slice(2)).toMatchObject([
      { type: 'signal.reordered', payload: { clientSeq: 1, lastClientSeq: 2 } },
    ])
    expect(log[0]?.payload).toMatchObject({ kind: 'copy' })
  })

  test('from a second device that counts for itself keeps what it says, so that nothing is hidden behind its numbers', async () => {
    const candidate = await candidateOf(app)
    await send(
      candidate,
      Array.from({ length: 9 }, (_, index) => sent(index + 1, 'focus_gained')),
    )
    const hidden = sent(2, 'paste', { length: 400 })
    expect(await send(candidate, [hidden])).toMatchObject({ recorded: 0, lastClientSeq: 9, strikes: [] })
    const log = await logOf(app, candidate.sessionId)
    expect(log.at(-1)).toMatchObject({ type: 'signal.reordered', payload: { ...hidden, lastClientSeq: 9 } })
  })

  test('that skips numbers or comes out of order says so in the log', async () => {
    const candidate = await candidateOf(app)
    expect(await send(candidate, [sent(3), sent(1), sent(6)])).toMatchObject({
      recorded: 2,
      lastClientSeq: 6,
    })
    const log = await logOf(app, candidate.sessionId)
    expect(log.map(({ type, payload }) => [type, payload])).toMatchObject([
      ['signal.gap', { from: 1, to: 2 }],
      ['signal.recorded', { clientSeq: 3 }],
      ['signal.reordered', { clientSeq: 1, lastClientSeq: 3 }],
      ['signal.gap', { from: 4, to: 5 }],
      ['signal.recorded', { clientSeq: 6 }],
    ])
  })

  test.each([
    ['of 101 signals', Array.from({ length: 101 }, (_, index) => sent(index + 1))],
    ['of none', []],
    ['with NUL in its details', [sent(1, 'copy', { text: 'a\u0000b' })]],
    ['with a lone surrogate as a key', [sent(1, 'copy', { '\ud800': 1 })]],
    ['with a time that is none', [{ ...sent(1), clientTime: '2026-02-30T10:00:00.000Z' }]],
    ['with number 0', [sent(0)]],
    ['with details too long', [sent(1, 'copy', { text: 'x'.repeat(2001) })]],
  ])('%s is refused whole', async (_, batch) => {
    const candidate = await candidateOf(app)
    await errorOf(send(candidate, batch), 'INVALID_INPUT')
    expect(await logOf(app, candidate.sessionId)).toEqual([])
  })
})

describe('signals are taken', () => {
  test.each(['precheck', 'ready', 'active'] as const)('in state %s', async (state) => {
    const candidate = await candidateOf(app, { state })
    expect(await send(candidate, [sent(1)])).toMatchObject({ recorded: 1 })
    expect(await sessionRow(app, candidate.sessionId)).toMatchObject({ state })
  })

  test.each(['precheck', 'ready', 'active'] as const)(
    'in state %s with the consent that the interview asks for, and not before it is given or where it is declined',
    async (state) => {
      for (const consents of [{}, { browser: false, camera: true }]) {
        const candidate = await candidateOf(app, { state })
        await app.db.sql`
          update sessions set consents = ${app.db.sql.json(consents)} where id = ${candidate.sessionId}`
        for (const batch of [[sent(1)], [sent(1, 'sensor_unavailable'), sent(2, 'network_lost')]]) {
          const refused = await errorOf(send(candidate, batch), 'CONSENT_REQUIRED')
          expect(refused.details).toEqual({ sensor: 'browser' })
        }
        expect(await logOf(app, candidate.sessionId)).toEqual([])
        // What cannot be observed is no observation of anybody.
        expect(await send(candidate, [sent(1, 'sensor_unavailable')])).toMatchObject({ recorded: 1 })
      }
    },
  )

  test('where the interview never asks for the browser: there is nothing to decline', async () => {
    const policy = await makePolicy(app.db)
    const definition = { sensors: [] }
    const interview = await makeInterview(app.db, { companyId: policy.companyId, policy, definition })
    const session = await makeSession(app.db, { interview, state: 'ready' })
    expect(await send(await candidateOf(app, { session }), [sent(1)])).toMatchObject({ recorded: 1 })
  })

  test('not in state setup, and never past the deadline, which ends the session', async () => {
    const early = await candidateOf(app, { state: 'setup' })
    const refused = await errorOf(send(early, [sent(1)]), 'INVALID_STATE')
    expect(refused.details.state).toBe('setup')

    const late = await candidateOf(app)
    await app.db
      .sql`update sessions set deadline_at = now() - interval '1 second' where id = ${late.sessionId}`
    await errorOf(send(late, [sent(1)]), 'INVALID_STATE')
    expect(await typesOf(app, late.sessionId)).toEqual(['session.transitioned'])
  })

  test('only under an ACET of this very session', async () => {
    const [mine, other] = [await candidateOf(app), await candidateOf(app)]
    const input = { sessionId: mine.sessionId, signals: [sent(1)] }
    await errorOf(other.signals.proctoring.record.mutate(input), 'FORBIDDEN')
    await errorOf(mine.session.proctoring.record.mutate(input), 'UNAUTHENTICATED')
    await errorOf(mine.api.proctoring.record.mutate(input), 'UNAUTHENTICATED')
    await errorOf(app.client().proctoring.record.mutate(input), 'UNAUTHENTICATED')
    expect(await logOf(app, mine.sessionId)).toEqual([])
  })
})
