import type {
  PolicyConsequence,
  PolicyRule,
  PolicyRules,
  Severity,
  SignalKind,
} from '../../contract/index.ts'
import { SEVERITIES } from '../../contract/index.ts'

/** A signal as the engine sees it: a number that names it, its kind, and the client's time. */
export interface ObservedSignal {
  /** The log's seq; whatever the caller numbers signals by. */
  seq: number
  kind: SignalKind
  /** ISO 8601. Windows are measured on this clock, because that is the one the observation was made by. */
  clientTime: string
}

/** A strike that a rule decided on, and the signals it stands on, oldest first. */
export interface DecidedStrike {
  ruleId: string
  severity: Severity
  message: string
  signalSeqs: number[]
}

/** A consequence that became due; `strikes` and `severity` say what stood when it did. */
export type DueConsequence = PolicyConsequence

/** What the engine decided, in order: each strike, followed by the consequences it made due. */
export type Decision =
  | { type: 'strike'; strike: DecidedStrike }
  | { type: 'consequence'; consequence: DueConsequence }

/** A signal that a rule has counted and no strike has consumed: its seq, and its client time in ms. */
type Counted = [seq: number, time: number]

/** How many strikes stand, by severity: those that were issued, without those that a person has lifted. */
export type StandingStrikes = Record<Severity, number>

/**
 * All that the engine remembers, as JSON. It belongs to one version of a policy, whose rules and consequences it
 * refers to by position, and is never larger than the rules' counts allow.
 */
export interface PolicyState {
  /** For each rule, what it has counted so far: always fewer than its `count`. */
  counted: Counted[][]
  /** The strikes that stand, by severity. */
  strikes: StandingStrikes
  /** Positions of the consequences that were applied; each applies once. */
  applied: number[]
}

/** The state before any signal. */
export function initialState(rules: PolicyRules): PolicyState {
  return {
    counted: rules.rules.map(() => []),
    strikes: { info: 0, minor: 0, major: 0 },
    applied: [],
  }
}

/** Whether the policy has ended the session: nothing that comes after counts. */
export function hasEnded(rules: PolicyRules, state: PolicyState): boolean {
  return state.applied.some((position) => rules.consequences[position]?.action === 'end')
}

/**
 * Takes one more signal. Pure: the same rules, state and signal always give the same answer, and the state that was
 * passed in stays as it was. So the log alone is enough to find every strike again.
 *
 * A rule counts a signal together with those before it whose client time is at most `windowSeconds` away, in either
 * direction, because a clock may be set back. The signals of a strike are consumed: none of them counts again for
 * that rule. `sensor_unavailable` is never counted, whatever a rule says: not observed is no violation.
 */
export function step(
  rules: PolicyRules,
  state: PolicyState,
  signal: ObservedSignal,
): { state: PolicyState; decisions: Decision[] } {
  if (signal.kind === 'sensor_unavailable' || hasEnded(rules, state)) return { state, decisions: [] }
  const next: PolicyState = {
    counted: [...state.counted],
    strikes: { ...state.strikes },
    applied: [...state.applied],
  }
  const decisions: Decision[] = []
  for (const [position, rule] of rules.rules.entries()) {
    if (!counts(rule, signal.kind)) continue
    const counted = [...within(rule, state.counted[position] ?? [], signal), toCounted(signal)]
    if (counted.length < rule.count) {
      next.counted[position] = counted
      continue
    }
    next.counted[position] = []
    next.strikes[rule.severity] += 1
    const { id: ruleId, severity, message } = rule
    decisions.push({
      type: 'strike',
      strike: { ruleId, severity, message, signalSeqs: counted.map(([seq]) => seq) },
    })
    for (const consequence of applyDue(rules, next)) decisions.push({ type: 'consequence', consequence })
    // The session is over with this strike; the rules that come after have nothing left to judge.
    if (hasEnded(rules, next)) break
  }
  return { state: next, decisions }
}

/**
 * Takes a person's decision on a strike, given what stands after it. A lifted strike no longer counts toward a consequence
 * that is not due yet; one that applied before stays applied, and none applies twice. A strike that is confirmed after it
 * was lifted counts again, and may make a consequence due. Pure, like `step`.
 *
 * @param standing all strikes that stand now
 */
export function review(
  rules: PolicyRules,
  state: PolicyState,
  standing: StandingStrikes,
): { state: PolicyState; decisions: Decision[] } {
  const next: PolicyState = { ...state, strikes: { ...standing }, applied: [...state.applied] }
  if (hasEnded(rules, state)) return { state: next, decisions: [] }
  const decisions = applyDue(rules, next).map(
    (consequence): Decision => ({ type: 'consequence', consequence }),
  )
  return { state: next, decisions }
}

/** Whether the strikes that stand call for a person's attention, applied or not. */
export function callsForFlag(rules: PolicyRules, standing: StandingStrikes): boolean {
  return rules.consequences.some(
    ({ action, severity, strikes }) => action === 'flag' && strikesFrom(standing, severity) >= strikes,
  )
}

/** What a policy makes of all these signals, in their order: `step`, from the initial state to the last signal. */
export function evaluate(
  rules: PolicyRules,
  signals: readonly ObservedSignal[],
): { state: PolicyState; decisions: Decision[] } {
  let state = initialState(rules)
  const decisions: Decision[] = []
  for (const signal of signals) {
    const result = step(rules, state, signal)
    state = result.state
    decisions.push(...result.decisions)
  }
  return { state, decisions }
}

function counts(rule: PolicyRule, kind: SignalKind): boolean {
  return rule.kinds.some((counted) => counted === kind)
}

function toCounted(signal: ObservedSignal): Counted {
  return [signal.seq, Date.parse(signal.clientTime)]
}

function within(rule: PolicyRule, counted: readonly Counted[], signal: ObservedSignal): Counted[] {
  if (rule.windowSeconds === 0) return [...counted]
  const time = Date.parse(signal.clientTime)
  return counted.filter(([, earlier]) => Math.abs(time - earlier) <= rule.windowSeconds * 1000)
}

/** Marks the consequences that the strikes now call for, and returns them in the policy's order. */
function applyDue(rules: PolicyRules, state: PolicyState): DueConsequence[] {
  const due: DueConsequence[] = []
  for (const [position, consequence] of rules.consequences.entries()) {
    if (state.applied.includes(position)) continue
    if (strikesFrom(state.strikes, consequence.severity) < consequence.strikes) continue
    state.applied.push(position)
    due.push(consequence)
    if (consequence.action === 'end') break
  }
  return due
}

function strikesFrom(standing: StandingStrikes, least: Severity): number {
  return SEVERITIES.slice(SEVERITIES.indexOf(least)).reduce((sum, severity) => sum + standing[severity], 0)
}
