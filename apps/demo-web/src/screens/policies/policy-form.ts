import {
  DEFAULT_POLICY,
  type Policy,
  type PolicyConsequence,
  type PolicyRule,
  type PolicyRules,
  type Severity,
  SIGNAL_KINDS,
} from '@viva/client'

/** A kind of signal that a rule may count: every one but `sensor_unavailable`, since not observed is no violation. */
export type CountedKind = PolicyRule['kinds'][number]
export const COUNTED_KINDS = SIGNAL_KINDS.filter((kind): kind is CountedKind => kind !== 'sensor_unavailable')

/** A rule while it is edited; numbers are what was typed. */
export interface RuleForm {
  id: string
  kinds: CountedKind[]
  count: string
  windowSeconds: string
  severity: Severity
  message: string
}

export interface ConsequenceForm {
  strikes: string
  severity: Severity
  action: PolicyConsequence['action']
}

/** A policy as its editor holds it. The paths below `rules` are those of the schema. */
export interface PolicyForm {
  name: string
  rules: { rules: RuleForm[]; consequences: ConsequenceForm[] }
}

/** A rule that counts nothing yet. */
export function emptyRule(): RuleForm {
  return {
    id: newRuleId(),
    kinds: [],
    count: '1',
    windowSeconds: '0',
    severity: 'minor',
    message: '',
  }
}

function newRuleId(): string {
  return `rule-${crypto.randomUUID().slice(0, 8)}`
}

/** The same rule as one of its own. */
export function duplicateRule(rule: RuleForm): RuleForm {
  return { ...rule, kinds: [...rule.kinds], id: newRuleId() }
}

/** The mildest thing that a new consequence can be. */
export function emptyConsequence(): ConsequenceForm {
  return { strikes: '1', severity: 'minor', action: 'warn' }
}

/** What the editor of a new policy starts with: the rules a company begins with, which flag and end nothing. */
export function newPolicyForm(): PolicyForm {
  return { name: '', rules: toRulesForm(DEFAULT_POLICY) }
}

/** Opens a policy for editing. */
export function toForm(policy: Pick<Policy, 'name' | 'rules'>): PolicyForm {
  return { name: policy.name, rules: toRulesForm(policy.rules) }
}

function toRulesForm({ rules, consequences }: PolicyRules): PolicyForm['rules'] {
  return {
    rules: rules.map((rule) => ({
      ...rule,
      kinds: [...rule.kinds],
      count: String(rule.count),
      windowSeconds: String(rule.windowSeconds),
    })),
    consequences: consequences.map((consequence) => ({
      ...consequence,
      strikes: String(consequence.strikes),
    })),
  }
}

/** What was typed, as a number; NaN where nothing was, which the schema refuses. */
function toNumber(typed: string): number {
  return typed.trim() === '' ? Number.NaN : Number(typed)
}

/** Closes the form: the rules it stands for, right or wrong. The schema is what tells. */
export function toRules({ rules }: PolicyForm): PolicyRules {
  return {
    rules: rules.rules.map(({ id, kinds, count, windowSeconds, severity, message }) => ({
      id,
      kinds,
      count: toNumber(count),
      windowSeconds: toNumber(windowSeconds),
      severity,
      message,
    })),
    consequences: rules.consequences.map(({ strikes, severity, action }) => ({
      strikes: toNumber(strikes),
      severity,
      action,
    })),
  }
}
