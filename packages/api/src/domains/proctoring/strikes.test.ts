import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEFAULT_POLICY, type PolicyRules, SIGNAL_KINDS, type SignalInput } from '../../contract/index.ts'
import { errorOf, startTestApp, type TestApp } from '../../testing/index.ts'
import { evaluate, type ObservedSignal } from './policy-engine.ts'
import { candidateUnder, logOf, send, sent, sessionRow, typesOf } from './testing/signals.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

describe('strikes', () => {
  test('name their signals in the log, stand as rows, and count and flag the session', async () => {
    const candidate = await candidateUnder(app, DEFAULT_POLICY)
    const { strikes } = await send(candidate, [sent(2, 'tab_hidden'), sent(3), sent(4, 'tab_hidden')])
    expect(strikes).toMatchObject([{ ruleId: 'left-the-page', severity: 'minor', signalSeqs: [2, 4] }])
    const log = await logOf(app, candidate.sessionId)
    expect(log.map(({ type, actor }) => `${type} ${actor.split(':')[0]}`)).toEqual([
      'signal.gap candidate',
      'signal.recorded candidate',
      'signal.recorded candidate',
      'signal.recorded candidate',
      'strike.issued system',
      'policy.applied system',
    ])
    expect(log[4]?.payload).toMatchObject({ strikeId: strikes[0]?.id, signalSeqs: [2, 4], policyVersion: 1 })
    expect(log[5]?.payload).toEqual({ action: 'warn', strikes: 1, severity: 'minor' })
    expect(await sessionRow(app, candidate.sessionId)).toMatchObject({ strike_count: 1, flagged: false })

    const next = await send(candidate, [sent(5, 'extra_screen')])
    expect(next.strikes).toMatchObject([{ ruleId: 'extra-screen', severity: 'major', signalSeqs: [7] }])
    expect(await sessionRow(app, candidate.sessionId)).toMatchObject({
      strike_count: 2,
      flagged: true,
      state: 'active',
    })
    const rows = await app.db.sql`
      select id, rule_id, signal_seqs from strikes where session_id = ${candidate.sessionId} order by id`
    expect(rows.map((row) => row['id'])).toEqual([...strikes, ...next.strikes].map(({ id }) => id))
  })

  test('are not issued for what could not be observed', async () => {
    const everything: PolicyRules = {
      rules: [
        {
          id: 'all',
          kinds: SIGNAL_KINDS.filter((kind) => kind !== 'sensor_unavailable'),
          count: 1,
          windowSeconds: 0,
          severity: 'major',
          message: 'Anything.',
        },
      ],
      consequences: [{ strikes: 1, severity: 'info', action: 'flag' }],
    }
    const candidate = await candidateUnder(app, everything)
    const { recorded, strikes } = await send(candidate, [
      sent(1, 'sensor_unavailable'),
      sent(2, 'sensor_unavailable'),
    ])
    expect({ recorded, strikes }).toEqual({ recorded: 2, strikes: [] })
    expect(await sessionRow(app, candidate.sessionId)).toMatchObject({ flagged: false, strike_count: 0 })
  })

  test('come out the same when the signals in the log are replayed, however they were sent', async () => {
    const rules: PolicyRules = {
      ...DEFAULT_POLICY,
      rules: [
        ...DEFAULT_POLICY.rules,
        {
          id: 'mixed',
          kinds: ['copy', 'paste'],
          count: 3,
          windowSeconds: 8,
          severity: 'info',
          message: 'Much.',
        },
      ],
    }
    const batches = fc.array(
      fc.array(
        fc.record({
          clientSeq: fc.integer({ min: 1, max: 40 }),
          kind: fc.constantFrom(
            'tab_hidden' as const,
            'paste' as const,
            'copy' as const,
            'extra_screen' as const,
          ),
        }),
        { minLength: 1, maxLength: 12 },
      ),
      { minLength: 1, maxLength: 5 },
    )
    await fc.assert(
      fc.asyncProperty(batches, async (sentBatches) => {
        const candidate = await candidateUnder(app, rules)
        for (const batch of sentBatches) {
          await send(
            candidate,
            batch.map(({ clientSeq, kind }) => sent(clientSeq, kind)),
          )
        }
        const log = await logOf(app, candidate.sessionId)
        const signals = log.flatMap(({ seq, type, payload }): ObservedSignal[] => {
          if (type !== 'signal.recorded' || payload === null) return []
          const { kind, clientTime } = payload as SignalInput
          return [{ seq, kind, clientTime }]
        })
        const replayed = evaluate(rules, signals).decisions.map((decision) =>
          decision.type === 'strike' ? decision.strike : decision.consequence,
        )
        const issued = log.flatMap(({ type, payload }) =>
          type === 'strike.issued' || type === 'policy.applied' ? [payload] : [],
        )
        expect(issued).toMatchObject(replayed)
        expect(issued).toHaveLength(replayed.length)
      }),
      { numRuns: 12 },
    )
  })
})

describe('a policy that ends sessions', () => {
  const strict: PolicyRules = {
    rules: [
      {
        id: 'screen',
        kinds: ['extra_screen'],
        count: 1,
        windowSeconds: 0,
        severity: 'major',
        message: 'A second screen was connected.',
      },
    ],
    consequences: [{ strikes: 1, severity: 'major', action: 'end' }],
  }

  test('ends the session with its seal and its report ordered, and takes nothing that comes after', async () => {
    const candidate = await candidateUnder(app, strict)
    const receipt = await send(candidate, [sent(1), sent(2, 'extra_screen'), sent(3), sent(9)])
    expect(receipt).toMatchObject({ recorded: 2, lastClientSeq: 2, strikes: [{ ruleId: 'screen' }] })
    expect(await typesOf(app, candidate.sessionId)).toEqual([
      'signal.recorded',
      'signal.recorded',
      'strike.issued',
      'policy.applied',
      'session.transitioned',
    ])
    expect((await logOf(app, candidate.sessionId)).at(-1)).toMatchObject({
      actor: 'system',
      payload: { from: 'active', to: 'ended', reason: 'policy', note: 'A second screen was connected.' },
    })
    expect(await sessionRow(app, candidate.sessionId)).toMatchObject({ state: 'ended', end_reason: 'policy' })
    const { sessionId } = candidate
    expect(
      await app.db.sql`select 1 from session_seals where session_id = ${sessionId} and seq = 5`,
    ).toHaveLength(1)
    expect(await app.db.sql`select 1 from reports where session_id = ${sessionId}`).toHaveLength(1)

    const refused = await errorOf(send(candidate, [sent(3)]), 'INVALID_STATE')
    expect(refused.details).toEqual({ state: 'ended', allowed: [] })
    expect(await typesOf(app, candidate.sessionId)).toHaveLength(5)
  })

  test('ends it once when two batches call for it at once', async () => {
    const candidate = await candidateUnder(app, strict)
    const results = await Promise.allSettled([
      send(candidate, [sent(1, 'extra_screen')]),
      send(candidate, [sent(1, 'extra_screen'), sent(2)]),
    ])
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const types = await typesOf(app, candidate.sessionId)
    expect(types.filter((type) => type === 'session.transitioned')).toHaveLength(1)
  })
})
