import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EvidenceEvent, JsonValue } from './index.ts'
import { createChainVerifier, EvidenceError, verifyChain, ZERO_HASH } from './index.ts'
import { at, makeLog, makeLogOf, rehash, renumber, replace, SESSION_ID } from './testing/log.ts'
import { found, verify } from './testing/report.ts'

const log = makeLogOf(10)
const other = 'ab'.repeat(32)

describe('a valid log', () => {
  test('verifies, whatever its payloads', () => {
    const payload = fc.jsonValue() as fc.Arbitrary<JsonValue>
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 8 }), (payloads) => {
        const events = makeLog(payloads)
        const head = { seq: events.length, hash: events.at(-1)?.hash ?? ZERO_HASH }
        expect(verify(events)).toEqual({ ok: true, events: events.length, head, erased: [], problems: [] })
      }),
    )
  })

  test('verifies after some of its payloads were erased, and says which', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 2, max: 10 })), (seqs) => {
        const erased = log.map((event) =>
          seqs.includes(event.seq) ? { ...event, payload: null, salt: null } : event,
        )
        const report = verify(erased)
        expect(report).toMatchObject({ ok: true, erased: seqs.sort((a, b) => a - b) })
      }),
    )
  })

  test('does not verify when a payload was erased that holds nobody’s words', () => {
    const [created, ...rest] = log
    if (created === undefined) throw new Error('the log is empty')
    const report = verify([{ ...created, payload: null, salt: null }, ...rest])
    expect(report).toMatchObject({ ok: false, erased: [1], problems: [{ code: 'NOT_ERASABLE', seq: 1 }] })
  })

  test('may hold a JSON null as a payload, which is not an erasure', () => {
    expect(verify(makeLog([null, null]))).toMatchObject({ ok: true, erased: [] })
  })

  test('verifies when it is pushed in batches', () => {
    const verifier = createChainVerifier({ sessionId: SESSION_ID })
    for (const event of log.slice(0, 4)) verifier.push(event)
    for (const event of log.slice(4)) verifier.push(event)
    expect(verifier.finish({ seq: 10, hash: at(log, 10).hash })).toEqual(verify(log))
  })

  test('of another session does not verify', () => {
    expect(verifyChain({ sessionId: 'another', events: log }).ok).toBe(false)
  })
})

describe('a single changed field', () => {
  const text = (field: 'type' | 'at' | 'actor') =>
    fc.oneof(fc.string(), fc.constantFrom('x\ny', '', '\ud800')).map((value) => ({ [field]: value }))
  const hex = (field: 'payloadHash' | 'hash') =>
    fc
      .oneof(fc.stringMatching(/^[0-9a-f]{64}$/), fc.string(), fc.constant(other.toUpperCase()))
      .map((value) => ({ [field]: value }))
  const change: fc.Arbitrary<Partial<EvidenceEvent>> = fc.oneof(
    fc.oneof(fc.integer({ min: -3, max: 30 }), fc.double(), fc.maxSafeInteger()).map((seq) => ({ seq })),
    text('type'),
    text('at'),
    text('actor'),
    hex('payloadHash'),
    hex('hash'),
    (fc.jsonValue() as fc.Arbitrary<JsonValue>).map((payload) => ({ payload })),
    fc.constantFrom<Partial<EvidenceEvent>>({ salt: null }, { salt: 'ab'.repeat(16) }, { salt: 'zz' }),
  )

  test('of any event is found, and only that event is named', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), change, (seq, changed) => {
        const original = at(log, seq)
        fc.pre(Object.entries(changed).some(([key, value]) => original[key as keyof EvidenceEvent] !== value))
        const report = verify(replace(log, seq, changed), log)
        expect(report.ok).toBe(false)
        expect(new Set(report.problems.map((problem) => problem.seq))).toEqual(new Set([seq]))
      }),
      { numRuns: 1000 },
    )
  })

  test.each<[string, Partial<EvidenceEvent>, string[]]>([
    ['a header', { type: 'answer.erased' }, ['EDITED 4']],
    ['a time', { at: '2026-01-31T09:00:00.000Z' }, ['EDITED 4']],
    ['a hash', { hash: other }, ['EDITED 4']],
    ['a payload', { payload: { text: 'better' } }, ['PAYLOAD_MISMATCH 4']],
    ['a salt', { salt: 'ab'.repeat(16) }, ['PAYLOAD_MISMATCH 4']],
    [
      'a payload with its hash',
      rehash({ ...at(log, 4), payloadHash: other }, ZERO_HASH),
      ['BROKEN_LINK 5', 'EDITED 4', 'PAYLOAD_MISMATCH 4'],
    ],
    ['a number', { seq: 400 }, ['EDITED 4']],
    ['a number that another event has', { seq: 9 }, ['EDITED 4']],
    ['a removed payload that keeps its salt', { payload: null }, ['PAYLOAD_MISMATCH 4']],
    ['a removed salt that leaves its payload', { salt: null }, ['MALFORMED 4']],
    ['a payload that has no JSON form', { payload: Number.NaN }, ['PAYLOAD_MISMATCH 4']],
    ['a day that does not exist', { at: '2026-02-30T09:00:00.000Z' }, ['EDITED 4', 'MALFORMED 4']],
    ['a newline', { actor: 'system\nx' }, ['EDITED 4', 'MALFORMED 4']],
  ])('%s is named for what it is', (_, changed, expected) => {
    expect(found(verify(replace(log, 4, changed), log)).sort()).toEqual(expected)
  })

  test('in a number is named by the true position although the row is then sorted elsewhere', () => {
    const sorted = replace(log, 3, { seq: 100 }).sort((a, b) => a.seq - b.seq)
    expect(found(verify(sorted, log))).toEqual(['EDITED 3'])
  })

  test('in several events names each', () => {
    const changed = replace(replace(log, 3, { type: 'x' }), 8, { hash: other })
    expect(found(verify(changed, log))).toEqual(['EDITED 3', 'EDITED 8'])
  })

  test('made good with a new hash still breaks the next event', () => {
    const forged = rehash({ ...at(log, 4), type: 'x' }, at(log, 3).hash)
    expect(found(verify(replace(log, 4, forged), log))).toEqual(['EDITED 5'])
  })
})

test('a last event that was made anew with a fitting hash is given away by the head alone', () => {
  const forged = rehash({ ...at(log, 10), type: 'x' }, at(log, 9).hash)
  const events = log.with(9, forged)
  expect(verifyChain({ sessionId: SESSION_ID, events }).ok).toBe(true)
  expect(found(verify(events, log))).toEqual(['HEAD_MISMATCH 10'])
})

test('an event that was both moved and edited is named for both', () => {
  const events = log.with(2, { ...at(log, 5), type: 'x' }).with(4, at(log, 3))
  expect(found(verify(events, log))).toEqual(['OUT_OF_ORDER 3', 'EDITED 5', 'OUT_OF_ORDER 5'])
})

describe('a removed event', () => {
  test('is named wherever it was', () => {
    for (const { seq } of log) {
      const rest = log.filter((event) => event.seq !== seq)
      const expected = seq === 10 ? ['HEAD_MISMATCH 10', 'MISSING 10'] : [`MISSING ${seq}`]
      expect(found(verify(rest, log))).toEqual(expected)
    }
  })

  test('is named among others', () => {
    const rest = log.filter(({ seq }) => ![2, 5, 6].includes(seq))
    expect(found(verify(rest, log))).toEqual(['MISSING 2', 'MISSING 5', 'MISSING 6'])
  })

  test('is named although the later events were renumbered', () => {
    const rest = renumber(log.filter(({ seq }) => seq !== 4))
    expect(found(verifyChain({ sessionId: SESSION_ID, events: rest }))).toEqual(['MISSING 4', 'EDITED 5'])
  })

  test('at the end goes unseen without a head, and is named with one', () => {
    const rest = log.slice(0, 7)
    expect(verifyChain({ sessionId: SESSION_ID, events: rest }).ok).toBe(true)
    expect(found(verify(rest, log))).toEqual(['MISSING 8', 'MISSING 9', 'HEAD_MISMATCH 10', 'MISSING 10'])
  })

  test('is not made up for by a number that renumbered events have', () => {
    const forged = rehash({ ...at(log, 4), type: 'x' }, at(log, 3).hash)
    const events = renumber(log.toSpliced(3, 0, forged))
    const head = { seq: 11, hash: at(events, 11).hash }
    const report = verifyChain({ sessionId: SESSION_ID, events, head })
    expect(found(report)).toEqual(['INSERTED 4', 'HEAD_MISMATCH 11'])
  })

  test('is named when it is the whole log', () => {
    expect(found(verify([], log.slice(0, 1)))).toEqual(['HEAD_MISMATCH 1', 'MISSING 1'])
  })

  test('does not make a list as long as a forged number', () => {
    const report = verify(log, [...log, ...Array<EvidenceEvent>(1)])
    expect(report.ok).toBe(false)
    const head = { seq: Number.MAX_SAFE_INTEGER, hash: other }
    expect(verifyChain({ sessionId: SESSION_ID, events: log, head }).problems.length).toBeLessThan(110)
  })
})

describe('an inserted event', () => {
  const linked = rehash({ ...at(log, 4), type: 'x' }, at(log, 3).hash)
  const loose = { ...linked, hash: other }

  test.each([
    ['a copy', at(log, 4)],
    ['a forgery that links', linked],
    ['a forgery that does not link', loose],
  ])('under a number that exists is named: %s', (_, forged) => {
    expect(found(verify(log.toSpliced(3, 0, forged), log))).toEqual(['INSERTED 4'])
    expect(found(verify(log.toSpliced(4, 0, forged), log))).toEqual(['INSERTED 4'])
    expect(found(verify(log.toSpliced(8, 0, forged), log))).toEqual(['INSERTED 4'])
    expect(found(verify(log.toSpliced(1, 0, forged), log))).toEqual(['INSERTED 4'])
  })

  test.each([
    ['links', linked],
    ['does not link', loose],
  ])('is named although the later events were renumbered: a forgery that %s', (_, forged) => {
    const events = renumber(log.toSpliced(3, 0, forged))
    expect(found(verifyChain({ sessionId: SESSION_ID, events }))).toEqual(['INSERTED 4'])
  })

  test('after the head is named', () => {
    const forged = rehash({ ...at(log, 10), seq: 11 }, at(log, 10).hash)
    expect(found(verify([...log, forged], log))).toEqual(['HEAD_MISMATCH 10', 'INSERTED 11'])
  })
})

describe('swapped events', () => {
  test('are both named, wherever they were', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 10 }), (a, b) => {
        fc.pre(a < b)
        const swapped = log.with(a - 1, at(log, b)).with(b - 1, at(log, a))
        expect(found(verify(swapped, log))).toEqual([`OUT_OF_ORDER ${a}`, `OUT_OF_ORDER ${b}`])
      }),
    )
  })

  test('are both named when it was their numbers that were swapped', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 10 }), (a, b) => {
        fc.pre(a < b)
        const swapped = renumber(log.with(a - 1, at(log, b)).with(b - 1, at(log, a)))
        expect(found(verify(swapped, log))).toEqual([`OUT_OF_ORDER ${a}`, `OUT_OF_ORDER ${b}`])
      }),
    )
  })

  test('are told from one that was moved', () => {
    const moved = log.toSpliced(2, 1).toSpliced(7, 0, at(log, 3))
    expect(found(verify(moved, log))).toEqual(['OUT_OF_ORDER 3'])
  })

  test('are told from swapped contents', () => {
    const { payload, salt } = at(log, 7)
    const changed = replace(replace(log, 7, { ...at(log, 3), seq: 7, hash: at(log, 7).hash }), 3, {
      payload,
      salt,
    })
    expect(found(verify(changed, log))).toEqual(['PAYLOAD_MISMATCH 3', 'EDITED 7'])
  })
})

test('a session id that would shift the hashed lines is refused', () => {
  expect(() => createChainVerifier({ sessionId: 'a\nb' })).toThrow(EvidenceError)
})
