import { DEFAULT_POLICY } from '@viva/client'
import { proctoring } from '@viva/client/schemas'
import { expect, test } from 'vitest'
import { refusalsOf } from '../../ui/form-resolver.ts'
import { duplicateRule, emptyConsequence, emptyRule, newPolicyForm, toForm, toRules } from './policy-form.ts'

test('rules that are opened and closed again are the same', () => {
  expect(toRules(toForm({ name: 'Standard', rules: DEFAULT_POLICY }))).toEqual(DEFAULT_POLICY)
})

test('what is wrong is said at the field', () => {
  const form = newPolicyForm()
  form.rules.rules = [{ ...emptyRule(), count: '', windowSeconds: '-1' }]
  form.rules.consequences = [{ ...emptyConsequence(), strikes: '0' }]
  const found = refusalsOf(proctoring.policyRulesInput, toRules(form))
  expect(Object.fromEntries(found.map(({ path, message }) => [path, message]))).toEqual({
    'rules.0.kinds': 'At least one is needed.',
    'rules.0.count': 'Enter a number.',
    'rules.0.windowSeconds': 'Must be at least 0.',
    'rules.0.message': 'Fill this in.',
    'consequences.0.strikes': 'Must be at least 1.',
  })
})

test('a duplicated rule is one of its own', () => {
  const form = newPolicyForm()
  const [rule] = form.rules.rules
  if (!rule) throw new Error('the standard rules are there')
  const copy = duplicateRule(rule)
  copy.kinds.push('copy')
  form.rules.rules.push(copy)
  expect(refusalsOf(proctoring.policyRulesInput, toRules(form))).toEqual([])
  expect(rule.kinds).not.toContain('copy')
})
