import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseRange } from './byte-range.ts'

test.each([
  ['bytes=0-0', { start: 0, end: 0 }],
  ['bytes=2-5', { start: 2, end: 5 }],
  ['bytes=2-', { start: 2, end: 9 }],
  ['bytes=-3', { start: 7, end: 9 }],
  ['bytes=-300', { start: 0, end: 9 }],
  ['bytes=9-99999999999999999999999', { start: 9, end: 9 }],
  ['BYTES = 1-2 ', { start: 1, end: 2 }],
])('%s of ten bytes is a part', (header, part) => {
  expect(parseRange(header, 10)).toEqual(part)
})

test.each(['bytes=10-', 'bytes=10-12', 'bytes=-0', `bytes=${'9'.repeat(400)}-`])(
  '%s of ten bytes is nothing that they have',
  (header) => {
    expect(parseRange(header, 10)).toBe('unsatisfiable')
  },
)

test.each([
  undefined,
  '',
  'bytes=',
  'bytes=-',
  'bytes=5-2',
  'bytes=0-1,3-4',
  'bytes=a-b',
  'bytes=0x1-2',
  'bytes=1.5-2',
  'bytes=--1',
  'items=0-1',
  '0-1',
])('%s is answered with the whole', (header) => {
  expect(parseRange(header, 10)).toBeNull()
})

test('whatever is asked for, a part lies within the file', () => {
  const number = fc.oneof(fc.constant(''), fc.nat().map(String))
  fc.assert(
    fc.property(number, number, fc.integer({ min: 1, max: 1000 }), (first, last, size) => {
      const part = parseRange(`bytes=${first}-${last}`, size)
      if (part === null || part === 'unsatisfiable') return
      expect(part.start).toBeGreaterThanOrEqual(0)
      expect(part.end).toBeGreaterThanOrEqual(part.start)
      expect(part.end).toBeLessThan(size)
    }),
  )
})
