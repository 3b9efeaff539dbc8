import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeLogOf } from './testing/log.ts'
import { verify } from './testing/report.ts'

const log = makeLogOf(10)

describe('any damage', () => {
  test('is found, and never throws', () => {
    const index = fc.nat({ max: 9 })
    const damage = fc.oneof(
      fc.tuple(fc.constant('drop'), index, index),
      fc.tuple(fc.constant('copy'), index, index),
      fc.tuple(fc.constant('swap'), index, index),
      fc.tuple(fc.constant('number'), index, index),
      fc.tuple(fc.constant('hash'), index, index),
    )
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 6 }), (damages) => {
        const events = structuredClone(log)
        for (const [kind, a, b] of damages) {
          const [first, second] = [events[a], events[b]]
          if (first === undefined || second === undefined) continue
          if (kind === 'drop') events.splice(a, 1)
          if (kind === 'copy') events.splice(b, 0, { ...first })
          if (kind === 'swap') [events[a], events[b]] = [second, first]
          if (kind === 'number') first.seq = b + 1
          if (kind === 'hash') first.hash = second.hash
        }
        const isIntact = JSON.stringify(events) === JSON.stringify(log)
        const report = verify(events, log)
        expect(report.ok).toBe(isIntact)
        expect(report.problems.length === 0).toBe(isIntact)
      }),
      { numRuns: 1000 },
    )
  })

  test('to every event is answered in bounded time and space', () => {
    const rubble = makeLogOf(3000).map((event, index) => ({
      ...event,
      hash: index.toString(16).padStart(64, '0'),
    }))
    const report = verify(rubble)
    expect(report.ok).toBe(false)
    expect(report.problems.length).toBeLessThan(1200)
  })
})
