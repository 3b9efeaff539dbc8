import { expect, test } from 'vitest'
import { inOrder, judge, secondsOf, takeSample, toSignals } from './sample.ts'

const strike = (signals: number[], severity: 'minor' | 'major' = 'minor') => ({
  ruleId: 'a-rule',
  severity,
  message: 'A message.',
  signals,
})

test('signals are tried in the order of their times, whatever their order in the list', () => {
  const sample = [
    { key: 'a', kind: 'paste', seconds: '30' },
    { key: 'b', kind: 'copy', seconds: '1.5' },
    { key: 'c', kind: 'tab_hidden', seconds: '' },
  ] as const
  expect(inOrder(sample)).toEqual([
    { kind: 'copy', seconds: 1.5 },
    { kind: 'paste', seconds: 30 },
  ])
})

test('times that are none are told apart from the start', () => {
  const at = (seconds: string) => secondsOf({ key: 'a', kind: 'paste', seconds })
  expect([at('0'), at('12'), at(''), at(' '), at('-1'), at('x'), at('86401')]).toEqual([
    0,
    12,
    null,
    null,
    null,
    null,
    null,
  ])
})

test('the spans between signals are kept to the millisecond', () => {
  const [first, second] = toSignals([
    { kind: 'paste', seconds: 0 },
    { kind: 'paste', seconds: 59.999 },
  ])
  expect(Date.parse(second?.clientTime ?? '') - Date.parse(first?.clientTime ?? '')).toBe(59_999)
})

test('a strike stands at the signal that completed it, with what became due by it', () => {
  const signals = inOrder(takeSample('twoTabSwitches'))
  const judged = judge(signals, {
    strikes: [strike([0, 2])],
    consequences: [{ strikes: 1, severity: 'minor', action: 'warn', afterStrikes: 1 }],
  })
  expect(judged.map(({ partOf }) => partOf)).toEqual([[1], [], [1], []])
  expect(judged.map(({ strikes }) => strikes.length)).toEqual([0, 0, 1, 0])
  expect(judged[2]?.strikes[0]?.due.map(({ action }) => action)).toEqual(['warn'])
  expect(judged.some(({ isAfterEnd }) => isAfterEnd)).toBe(false)
})

test('what comes after the end of an interview is shown as not judged', () => {
  const judged = judge(inOrder(takeSample('manySignals')), {
    strikes: [strike([2]), strike([7], 'major')],
    consequences: [{ strikes: 1, severity: 'major', action: 'end', afterStrikes: 2 }],
  })
  expect(judged.map(({ isAfterEnd }) => isAfterEnd)).toEqual([
    ...Array.from({ length: 8 }, () => false),
    true,
    true,
  ])
})
