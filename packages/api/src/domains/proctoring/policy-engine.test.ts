import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  DEFAULT_POLICY,
  type PolicyConsequence,
  type PolicyRule,
  type PolicyRules,
  SEVERITIES,
  type Severity,
  SIGNAL_KINDS,
} from '../../contract/index.ts'
import { policyRulesInput } from '../../contract/schemas/proctoring.ts'
import {
  callsForFlag,
  type Decision,
  evaluate,
  hasEnded,
  initialState,
  type ObservedSignal,
  type PolicyState,
  review,
  type StandingStrikes,
  step,
} from './policy-engine.ts'

const START = Date.parse('2026-03-01T10:00:00.000Z')
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString()
const signal = (seq: number, kind: ObservedSignal['kind'], seconds: number): ObservedSignal => ({
  seq,
  kind,
  clientTime: at(seconds),
})
const hidden = (seq: number, seconds: number) => signal(seq, 'tab_hidden', seconds)
const rule = (overrides: Partial<PolicyRule> = {}): PolicyRule => ({
  id: 'left',
  kinds: ['tab_hidden'],
  count: 2,
  windowSeconds: 60,
  severity: 'minor',
  message: 'Left the page.',
  ...overrides,
})
const policy = (rules: PolicyRule[], consequences: PolicyConsequence[] = []): PolicyRules => ({
  rules,
  consequences,
})
const strikesOf = (decisions: readonly Decision[]) =>
  decisions.flatMap((decision) => (decision.type === 'strike' ? [decision.strike.signalSeqs] : []))
const actionsOf = (decisions: readonly Decision[]) =>
  decisions.flatMap((decision) => (decision.type === 'consequence' ? [decision.consequence.action] : []))

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

describe('a person\u2019s decision', () => {
  const rules = policy(
    [rule({ count: 1 }), rule({ id: 'screen', kinds: ['extra_screen'], count: 1, severity: 'major' })],
    [
      { strikes: 1, severity: 'minor', action: 'warn' },
      { strikes: 2, severity: 'minor', action: 'flag' },
      { strikes: 1, severity: 'major', action: 'end' },
    ],
  )
  const standing = (minor: number, major = 0) => ({ info: 0, minor, major })

  test('takes a strike out of what counts, and leaves applied what was applied', () => {
    const { state } = evaluate(rules, [hidden(1, 1)])
    const lifted = review(rules, state, standing(0))
    expect(lifted.decisions).toEqual([])
    const again = step(rules, lifted.state, hidden(2, 2))
    expect(actionsOf(again.decisions)).toEqual([])
    expect(actionsOf(step(rules, again.state, hidden(3, 3)).decisions)).toEqual(['flag'])
  })

  test('puts a strike back, and with it what it makes due, once', () => {
    const { state } = evaluate(rules, [hidden(1, 1)])
    const lifted = review(rules, state, standing(0)).state
    const other = step(rules, lifted, hidden(2, 2)).state
    const back = review(rules, other, standing(2))
    expect(actionsOf(back.decisions)).toEqual(['flag'])
    expect(review(rules, back.state, standing(2)).decisions).toEqual([])
  })

  test('makes nothing due after the policy has ended the session', () => {
    const { state } = evaluate(rules, [signal(1, 'extra_screen', 1)])
    expect(hasEnded(rules, state)).toBe(true)
    expect(review(rules, state, standing(5)).decisions).toEqual([])
  })

  test('calls for a flag by what stands alone', () => {
    expect(callsForFlag(rules, standing(1))).toBe(false)
    expect(callsForFlag(rules, standing(2))).toBe(true)
    expect(callsForFlag(rules, standing(1, 1))).toBe(true)
    expect(callsForFlag(policy([rule()]), standing(9, 9))).toBe(false)
  })
})

const anyRules: fc.Arbitrary<PolicyRules> = fc.record({
  rules: fc.uniqueArray(
    fc.record({
      id: fc.constantFrom('a', 'b', 'constructor', 'd', 'e'),
      kinds: fc.uniqueArray(fc.constantFrom('tab_hidden' as const, 'paste' as const, 'focus_lost' as const), {
        minLength: 1,
      }),
      count: fc.integer({ min: 1, max: 4 }),
      windowSeconds: fc.constantFrom(0, 1, 10, 100),
      severity: fc.constantFrom(...SEVERITIES),
      message: fc.constant('m'),
    }),
    { selector: (made) => made.id, maxLength: 5 },
  ),
  consequences: fc.array(
    fc.record({
      strikes: fc.integer({ min: 1, max: 6 }),
      severity: fc.constantFrom(...SEVERITIES),
      action: fc.constantFrom('flag' as const, 'warn' as const, 'end' as const),
    }),
    { maxLength: 4 },
  ),
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
/** What happens in a session: a signal, or a decision about one of the strikes so far, named by its position. */
const anyCourse = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('tab_hidden' as const, 'paste' as const) }) },
    { weight: 1, arbitrary: fc.record({ strike: fc.nat({ max: 30 }), lifted: fc.boolean() }) },
  ),
  { maxLength: 60 },
)
type Course = { kind: 'tab_hidden' | 'paste' } | { strike: number; lifted: boolean }

/** Runs a course through the engine; `between` may do to the state what a database does. */
function run(rules: PolicyRules, course: readonly Course[], between = (state: PolicyState) => state) {
  let state = initialState(rules)
  const strikes: { severity: Severity; lifted: boolean }[] = []
  const steps: { decisions: Decision[]; standing: StandingStrikes; isReview: boolean }[] = []
  for (const [index, item] of course.entries()) {
    const before = between(state)
    let result: { state: PolicyState; decisions: Decision[] }
    if ('kind' in item) result = step(rules, before, signal(index + 1, item.kind, index))
    else {
      const strike = strikes[item.strike % Math.max(1, strikes.length)]
      if (strike) strike.lifted = item.lifted
      result = review(rules, before, standingOf(strikes))
    }
    state = result.state
    for (const decision of result.decisions) {
      if (decision.type === 'strike') strikes.push({ severity: decision.strike.severity, lifted: false })
    }
    steps.push({
      decisions: result.decisions,
      standing: standingOf(strikes),
      isReview: !('kind' in item),
    })
  }
  return { state, steps, strikes }
}

function standingOf(strikes: readonly { severity: Severity; lifted: boolean }[]): StandingStrikes {
  const standing: StandingStrikes = { info: 0, minor: 0, major: 0 }
  for (const { severity, lifted } of strikes) if (!lifted) standing[severity] += 1
  return standing
}

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

  test('a course of signals and decisions, stored after each, comes out as a replay of the whole', () => {
    fc.assert(
      fc.property(anyRules, anyCourse, (rules, course) => {
        expect(run(rules, course, stored)).toEqual(run(rules, course))
        expect(run(rules, course).state.strikes).toEqual(standingOf(run(rules, course).strikes))
      }),
    )
  })

  test('a consequence applies once at most, when enough strikes stand, and a decision alone issues no strike', () => {
    fc.assert(
      fc.property(anyRules, anyCourse, (rules, course) => {
        const { state, steps } = run(rules, course)
        expect(new Set(state.applied).size).toBe(state.applied.length)
        for (const { decisions, standing, isReview } of steps) {
          if (isReview) expect(strikesOf(decisions)).toEqual([])
          for (const decision of decisions) {
            if (decision.type !== 'consequence') continue
            const { severity, strikes } = decision.consequence
            const enough = SEVERITIES.slice(SEVERITIES.indexOf(severity)).reduce((n, s) => n + standing[s], 0)
            expect(enough).toBeGreaterThanOrEqual(strikes)
          }
        }
      }),
    )
  })

  test('decisions that lift nothing change nothing', () => {
    fc.assert(
      fc.property(anyRules, anyCourse, (rules, course) => {
        const kept = course.map((item) => ('kind' in item ? item : { ...item, lifted: false }))
        const { state, steps } = run(rules, kept)
        const signals = kept.flatMap((item, index) =>
          'kind' in item ? [signal(index + 1, item.kind, index)] : [],
        )
        const plain = evaluate(rules, signals)
        expect(state).toEqual(plain.state)
        expect(steps.flatMap(({ decisions }) => decisions)).toEqual(plain.decisions)
      }),
    )
  })
})
