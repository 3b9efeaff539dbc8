import fc from 'fast-check'
import {
  type PolicyConsequence,
  type PolicyRule,
  type PolicyRules,
  SEVERITIES,
} from '../../../contract/index.ts'
import type { Decision, ObservedSignal } from '../policy-engine.ts'

const START = Date.parse('2026-03-01T10:00:00.000Z')
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString()
/** A signal, so many seconds after the start. */
export const signal = (seq: number, kind: ObservedSignal['kind'], seconds: number): ObservedSignal => ({
  seq,
  kind,
  clientTime: at(seconds),
})
/** The page was hidden, so many seconds after the start. */
export const hidden = (seq: number, seconds: number) => signal(seq, 'tab_hidden', seconds)
/** A rule: two hidden pages in a minute are a minor strike. */
export const rule = (overrides: Partial<PolicyRule> = {}): PolicyRule => ({
  id: 'left',
  kinds: ['tab_hidden'],
  count: 2,
  windowSeconds: 60,
  severity: 'minor',
  message: 'Left the page.',
  ...overrides,
})
/** A policy's rules and consequences. */
export const policy = (rules: PolicyRule[], consequences: PolicyConsequence[] = []): PolicyRules => ({
  rules,
  consequences,
})
/** The signals of each strike that was decided. */
export const strikesOf = (decisions: readonly Decision[]) =>
  decisions.flatMap((decision) => (decision.type === 'strike' ? [decision.strike.signalSeqs] : []))
/** The consequences that became due. */
export const actionsOf = (decisions: readonly Decision[]) =>
  decisions.flatMap((decision) => (decision.type === 'consequence' ? [decision.consequence.action] : []))

/** Any policy, small enough for its rules to meet. */
export const anyRules: fc.Arbitrary<PolicyRules> = fc.record({
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
