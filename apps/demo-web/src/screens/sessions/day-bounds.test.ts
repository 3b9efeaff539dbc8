import { afterEach, expect, test } from 'vitest'
import { boundsOfDay } from './day-bounds.ts'

const zone = process.env['TZ']
afterEach(() => {
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
})

test('a day is the reader’s own, and as long as it is there', () => {
  process.env['TZ'] = 'Europe/Vienna'
  expect(boundsOfDay('2026-03-29')).toEqual({
    start: '2026-03-28T23:00:00.000Z',
    end: '2026-03-29T22:00:00.000Z',
  })
  process.env['TZ'] = 'America/New_York'
  expect(boundsOfDay('2026-12-31')).toEqual({
    start: '2026-12-31T05:00:00.000Z',
    end: '2027-01-01T05:00:00.000Z',
  })
})
