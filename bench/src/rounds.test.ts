import { expect, test } from 'vitest'
import { meets } from './benchmark.ts'
import { interleave, median, medianRatio, quantile } from './rounds.ts'

test('trials take turns, each in its own list, and the first round does not count', async () => {
  const order: string[] = []
  const trial = (name: string, values: number[]) => async () => {
    order.push(name)
    return values.shift() ?? Number.NaN
  }
  const [a, b] = await interleave([trial('a', [99, 1, 2]), trial('b', [99, 10, 20])], { rounds: 2, ms: 0 })
  expect(order.join('')).toBe('abbaab')
  expect([a, b]).toEqual([
    [1, 2],
    [10, 20],
  ])
})

test('a ratio compares values of the same round, so that a slow moment of the machine cancels out', () => {
  expect(medianRatio([2, 200, 4], [1, 100, 2])).toBe(2)
})

test('median and quantiles are values that were measured', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(quantile([4, 1, 3, 2], 0.99)).toBe(4)
  expect(() => quantile([], 0.5)).toThrow('no values')
})

test('a target is met at its edge, and a number without one is neither met nor missed', () => {
  expect(meets({ name: '', value: 0.5, target: { atLeast: 0.5 } })).toBe(true)
  expect(meets({ name: '', value: 2.51, target: { atMost: 2.5 } })).toBe(false)
  expect(meets({ name: '', value: 1, target: { below: 1, what: '1' } })).toBe(false)
  expect(meets({ name: '', value: 1.1, target: { between: [0.9, 1.1] } })).toBe(true)
  expect(meets({ name: '', value: 7 })).toBeNull()
})
