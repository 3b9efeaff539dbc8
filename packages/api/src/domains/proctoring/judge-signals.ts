import type { PolicyRules, Strike } from '../../contract/index.ts'
import type { NewEvent } from '../../core/event-log.ts'
import type { Ordered } from './order-signals.ts'
import { type DueConsequence, hasEnded, type PolicyState, step } from './policy-engine.ts'

/** Everything that a batch leads to, before any of it is written. */
export interface Judgement {
  /** In the order of the log: each signal, then what was decided on it. */
  events: NewEvent[]
  strikes: Strike[]
  consequences: DueConsequence[]
  recorded: number
  lastClientSeq: number
  state: PolicyState
}

/**
 * Runs a batch through the policy and lays out the log's next events, whose numbers start at `nextSeq`: a strike names
 * its signals by them. Where the policy ends the session, what comes after in the batch is not taken, exactly as if it
 * had been sent in a batch of its own.
 */
export function judgeSignals(
  ordered: readonly Ordered[],
  from: { rules: PolicyRules; state: PolicyState; lastClientSeq: number; nextSeq: number },
  policy: { policyId: string; policyVersion: number },
  make: { id(): string; at: string },
): Judgement {
  const { rules, nextSeq } = from
  const judgement: Judgement = {
    events: [],
    strikes: [],
    consequences: [],
    recorded: 0,
    lastClientSeq: from.lastClientSeq,
    state: from.state,
  }
  const { events } = judgement
  for (const item of ordered) {
    if (hasEnded(rules, judgement.state)) break
    if (item.type === 'reordered') {
      const { signal, lastClientSeq } = item
      events.push({ type: 'signal.reordered', payload: { ...signal, lastClientSeq } })
      continue
    }
    const { signal, gap } = item
    if (gap) events.push({ type: 'signal.gap', payload: gap })
    const seq = nextSeq + events.length
    events.push({ type: 'signal.recorded', payload: { ...signal } })
    judgement.recorded += 1
    judgement.lastClientSeq = signal.clientSeq
    const { state, decisions } = step(rules, judgement.state, {
      seq,
      kind: signal.kind,
      clientTime: signal.clientTime,
    })
    judgement.state = state
    for (const decision of decisions) {
      if (decision.type === 'strike') {
        const strike: Strike = { id: make.id(), ...decision.strike, at: make.at }
        judgement.strikes.push(strike)
        events.push(strikeEvent(strike, policy))
      } else {
        judgement.consequences.push(decision.consequence)
        events.push({ type: 'policy.applied', payload: { ...decision.consequence }, actor: 'system' })
      }
    }
  }
  return judgement
}

function strikeEvent(strike: Strike, policy: { policyId: string; policyVersion: number }): NewEvent {
  const { id: strikeId, ruleId, severity, message, signalSeqs } = strike
  return {
    type: 'strike.issued',
    payload: { strikeId, ruleId, severity, message, signalSeqs, ...policy },
    actor: 'system',
  }
}
