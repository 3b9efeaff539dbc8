import { expect, test } from 'vitest'
import { systemRandom } from './system.ts'

test('ids sort by the order in which they were made, also within a millisecond', () => {
  const ids = Array.from({ length: 2000 }, () => systemRandom.id())
  expect(ids.toSorted()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
})
