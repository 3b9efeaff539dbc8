import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SignalInput } from '../../contract/index.ts'
import { type LoggedSignal, type Ordered, orderSignals } from './order-signals.ts'

const TIME = '2026-03-01T10:00:00.000Z'
const sent = (clientSeq: number, details: SignalInput['details'] = {}): SignalInput => ({
  clientSeq,
  clientTime: TIME,
  kind: 'paste',
  details,
})
const held = (...seqs: number[]) => ({
  recorded: new Map<number, LoggedSignal>(
    seqs.map((clientSeq) => [clientSeq, { clientSeq, clientTime: TIME, kind: 'paste', details: {} }]),
  ),
  reordered: new Set<number>(),
})
const brief = (ordered: Ordered[]) =>
  ordered.map((item) =>
    item.type === 'reordered'
      ? `reordered ${item.signal.clientSeq} after ${item.lastClientSeq}`
      : `${item.gap ? `gap ${item.gap.from}-${item.gap.to}, ` : ''}new ${item.signal.clientSeq}`,
  )

describe('a batch of signals', () => {
  test('in order is new', () => {
    expect(brief(orderSignals([sent(1), sent(2)], 0, held()))).toEqual(['new 1', 'new 2'])
  })

  test('that jumps names the gap', () => {
    expect(brief(orderSignals([sent(4), sent(7)], 1, held(1)))).toEqual(['gap 2-3, new 4', 'gap 5-6, new 7'])
  })

  test('sent again leaves no trace, whatever the order of keys in its details', () => {
    const first = orderSignals([sent(1, { a: 1, b: [2] })], 0, held())
    expect(brief(first)).toEqual(['new 1'])
    const known = {
      recorded: new Map([
        [1, { clientSeq: 1, clientTime: TIME, kind: 'paste' as const, details: { b: [2], a: 1 } }],
      ]),
      reordered: new Set<number>(),
    }
    expect(orderSignals([sent(1, { a: 1, b: [2] })], 1, known)).toEqual([])
    expect(orderSignals([{ clientSeq: 1, clientTime: TIME, kind: 'paste' }], 1, held(1))).toEqual([])
  })

  test('with other content under a held number is a reordering, once', () => {
    const changed = [sent(2, { forged: true }), sent(2, { forged: 'again' }), sent(4)]
    expect(brief(orderSignals(changed, 3, held(1, 2, 3)))).toEqual(['reordered 2 after 3', 'new 4'])
    const known = { ...held(1, 2, 3), reordered: new Set([2]) }
    expect(brief(orderSignals(changed, 3, known))).toEqual(['new 4'])
  })

  test('out of order is a reordering, and the number that came late is not counted', () => {
    expect(brief(orderSignals([sent(2), sent(1), sent(3)], 0, held()))).toEqual([
      'gap 1-1, new 2',
      'reordered 1 after 2',
      'new 3',
    ])
  })

  test('in any order: new numbers only grow, and numbers and gaps together leave none out', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 100 }), (seqs) => {
        let last = 0
        for (const item of orderSignals(
          seqs.map((seq) => sent(seq)),
          0,
          held(),
        )) {
          if (item.type === 'reordered') continue
          if (item.gap) {
            expect(item.gap).toEqual({ from: last + 1, to: item.signal.clientSeq - 1 })
            last = item.gap.to
          }
          expect(item.signal.clientSeq).toBe(last + 1)
          last = item.signal.clientSeq
        }
        expect(last).toBe(Math.max(0, ...seqs))
      }),
    )
  })
})
