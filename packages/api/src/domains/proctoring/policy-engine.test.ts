import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEFAULT_POLICY, type PolicyRules, SIGNAL_KINDS } from '../../contract/index.ts'
import { policyRulesInput } from '../../contract/schemas/proctoring.ts'
import { type Decision, evaluate, initialState, type PolicyState, step } from './policy-engine.ts'
import { actionsOf, anyRules, hidden, policy, rule, signal, strikesOf } from './testing/policies.ts'

describe('a rule', () => {
  test('strikes at its count, within its window and not a millisecond beyond', () => {
    const rules = policy([rule()])
    expect(strikesOf(evaluate(rules, [hidden(1, 0), hidden(2, 60)]).decisions)).toEqual([[1, 2]])
    expect(strikesOf(evaluate(rules, [hidden(1, 0), hidden(2, 60.001)]).decisions)).toEqual([])
  })

  test('counts at any time where its window is 0', () => {
    const rules = policy([rule({ windowSeconds: 0 })])
    expect(strikesOf(evaluate(rules, [hidden(1, 0), hidden(2, 86_400)]).decisions)).toEqual([[1, 2]])
  })

  test('consumes the signals of its strike', () => {
    const rules = policy([rule()])
    const seen = [1, 2, 3, 4, 5].map((seq) => hidden(seq, seq))
    expect(strikesOf(evaluate(rules, seen).decisions)).toEqual([
      [1, 2],
      [3, 4],
    ])
  })

  test('does not consume signals for another rule', () => {
    const rules = policy([rule(), rule({ id: 'at-all', count: 1 })])
    expect(strikesOf(evaluate(rules, [hidden(1, 0), hidden(2, 1)]).decisions)).toEqual([[1], [1, 2], [2]])
  })

  test('still counts after the clock was set back a little, and forgets what is out of reach', () => {
    const rules = policy([rule()])
    expect(strikesOf(evaluate(rules, [hidden(1, 30), hidden(2, 0)]).decisions)).toEqual([[1, 2]])
    const corrected = [hidden(1, 100_000), hidden(2, 0), hidden(3, 30)]
    expect(strikesOf(evaluate(rules, corrected).decisions)).toEqual([[2, 3]])
  })

  test('never counts sensor_unavailable, even where a stored rule names it', () => {
    const stored: PolicyRules = JSON.parse(
      JSON.stringify(policy([rule({ count: 1 })])).replace('tab_hidden', 'sensor_unavailable'),
    )
    const seen = [1, 2, 3].map((seq) => signal(seq, 'sensor_unavailable', seq))
    expect(evaluate(stored, seen)).toEqual({ state: initialState(stored), decisions: [] })
  })
})

describe('a consequence', () => {
  test('applies once, when enough strikes of at least its severity stand', () => {
    const rules = policy(
      [
        rule({ count: 1 }),
        rule({ id: 'screen', kinds: ['extra_screen'], count: 1, severity: 'major' }),
        rule({ id: 'copy', kinds: ['copy'], count: 1, severity: 'info' }),
      ],
      [
        { strikes: 2, severity: 'minor', action: 'flag' },
        { strikes: 1, severity: 'major', action: 'warn' },
      ],
    )
    const seen = [signal(1, 'copy', 1), hidden(2, 2), signal(3, 'extra_screen', 3), hidden(4, 4)]
    expect(actionsOf(evaluate(rules, seen).decisions)).toEqual(['flag', 'warn'])
    expect(actionsOf(evaluate(rules, seen.slice(0, 2)).decisions)).toEqual([])
  })

  test('that ends the session is the last thing that is decided', () => {
    const rules = policy(
      [rule({ count: 1 }), rule({ id: 'second', count: 1 })],
      [{ strikes: 1, severity: 'minor', action: 'end' }],
    )
    const { decisions, state } = evaluate(rules, [hidden(1, 1), hidden(2, 2)])
    expect(strikesOf(decisions)).toEqual([[1]])
    expect(actionsOf(decisions)).toEqual(['end'])
    expect(step(rules, state, hidden(3, 3)).decisions).toEqual([])
  })

  test('of the standard policy never ends a session', () => {
    const seen = SIGNAL_KINDS.flatMap((kind, index) =>
      [0, 1, 2, 3, 4].map((n) => signal(index * 5 + n + 1, kind, index * 5 + n)),
    )
    expect(actionsOf(evaluate(DEFAULT_POLICY, seen).decisions).sort()).toEqual(['flag', 'flag', 'warn'])
  })
})

const anySignals = fc
  .array(
    fc.record({
      kind: fc.constantFrom('tab_hidden', 'paste', 'focus_lost', 'copy', 'sensor_unavailable'),
      seconds: fc.integer({ min: -20, max: 200 }),
    }),
    { maxLength: 60 },
  )
  .map((seen) => seen.map(({ kind, seconds }, index) => signal(index + 1, kind, seconds)))
const stored = (state: PolicyState): PolicyState => JSON.parse(JSON.stringify(state))

describe('for any policy and any signals', () => {
  test('the generated policies are ones that the API takes', () => {
    fc.assert(fc.property(anyRules, (rules) => policyRulesInput.safeParse(rules).success))
  })

  test('batches of any size, with the state stored in between, decide what a replay of the whole log decides', () => {
    fc.assert(
      fc.property(anyRules, anySignals, fc.array(fc.integer({ min: 1, max: 7 })), (rules, seen, sizes) => {
        let state = initialState(rules)
        const decisions: Decision[] = []
        let from = 0
        for (const size of [...sizes, seen.length + 1]) {
          for (const observed of seen.slice(from, from + size)) {
            const result = step(rules, state, observed)
            state = result.state
            decisions.push(...result.decisions)
          }
          from += size
          state = stored(state)
        }
        expect({ state, decisions }).toEqual(evaluate(rules, seen))
      }),
    )
  })

  test('the same input gives the same answer, and the state passed in stays as it was', () => {
    fc.assert(
      fc.property(anyRules, anySignals, (rules, seen) => {
        const { state } = evaluate(rules, seen)
        const before = stored(state)
        const again = () => step(rules, state, hidden(seen.length + 1, 50))
        expect(again()).toEqual(again())
        expect(state).toEqual(before)
      }),
    )
  })

  test('a strike stands on exactly `count` signals of its rule, each consumed once by it, in a window of its last', () => {
    fc.assert(
      fc.property(anyRules, anySignals, (rules, seen) => {
        const { decisions } = evaluate(rules, seen)
        for (const { id, count, kinds, windowSeconds } of rules.rules) {
          const mine = decisions.flatMap((d) =>
            d.type === 'strike' && d.strike.ruleId === id ? [d.strike] : [],
          )
          const used = mine.flatMap((strike) => strike.signalSeqs)
          expect(new Set(used).size).toBe(used.length)
          for (const strike of mine) {
            expect(strike.signalSeqs).toHaveLength(count)
            const standing = strike.signalSeqs.flatMap((seq) => seen[seq - 1] ?? [])
            const last = Date.parse(standing.at(-1)?.clientTime ?? '')
            for (const { kind, clientTime } of standing) {
              expect(kinds).toContain(kind)
              if (windowSeconds > 0) {
                expect(Math.abs(last - Date.parse(clientTime))).toBeLessThanOrEqual(windowSeconds * 1000)
              }
            }
          }
        }
      }),
    )
  })

  test('what is remembered never outgrows the rules', () => {
    fc.assert(
      fc.property(anyRules, anySignals, (rules, seen) => {
        const { state } = evaluate(rules, seen)
        rules.rules.forEach((of, position) => {
          expect(state.counted[position]?.length).toBeLessThan(of.count)
        })
      }),
    )
  })

  test('signals that were not observed change nothing', () => {
    fc.assert(
      fc.property(anyRules, anySignals, (rules, seen) => {
        const observed = seen.filter(({ kind }) => kind !== 'sensor_unavailable')
        expect(evaluate(rules, observed)).toEqual(evaluate(rules, seen))
      }),
    )
  })
})
