import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type PolicyRules, SEVERITIES, type Severity } from '../../contract/index.ts'
import {
  callsForFlag,
  type Decision,
  evaluate,
  hasEnded,
  initialState,
  type PolicyState,
  review,
  type StandingStrikes,
  step,
} from './policy-engine.ts'
import { actionsOf, anyRules, hidden, policy, rule, signal, strikesOf } from './testing/policies.ts'

describe('a person’s decision', () => {
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

describe('for any policy, signals and decisions', () => {
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
