import { describe, expect, test } from 'vitest'
import { createSealPoints, type EvidenceEvent, type JsonValue, type Seal } from './index.ts'
import { at, makeLogOf, replace, SESSION_ID } from './testing/log.ts'

/** A log of nine events whose sixth completes the session. */
const log = transition(makeLogOf(9), 6, { from: 'active', to: 'completed' })

function transition(events: readonly EvidenceEvent[], seq: number, payload: JsonValue): EvidenceEvent[] {
  return replace(events, seq, { type: 'session.transitioned', payload })
}

function erase(events: readonly EvidenceEvent[], seq: number): EvidenceEvent[] {
  return replace(events, seq, { payload: null, salt: null })
}

/** A seal at `seq` over as many events as were appended with it. */
function seal(seq: number, appended: number): Seal {
  const { hash } = at(log, seq)
  return {
    issuer: 'https://viva.example',
    sessionId: SESSION_ID,
    seq,
    hash,
    appended,
    issuedAt: 0,
    kid: 'key',
  }
}

function missing(events: readonly EvidenceEvent[], seals: readonly Seal[], state = 'completed'): number[] {
  const points = createSealPoints(state)
  for (const event of events) points.push(event)
  const problems = points.missing(seals)
  expect(problems.every(({ code }) => code === 'UNSEALED')).toBe(true)
  return problems.map(({ seq }) => seq)
}

describe('from the close on', () => {
  test('every event has the seal that was made with it', () => {
    expect(missing(log, [seal(6, 1), seal(8, 2), seal(9, 1)])).toEqual([])
  })

  test('an event without one is named, although a genuine one that follows is sealed over it', () => {
    expect(missing(log, [seal(6, 1), seal(8, 1), seal(9, 1)])).toEqual([7])
  })

  test('a close without one is named', () => {
    expect(missing(log, [seal(9, 3)])).toEqual([6])
    expect(missing(log, [])).toEqual([6, 7, 8, 9])
  })

  test('a seal of an export stands in for none', () => {
    expect(missing(log, [seal(6, 1), seal(9, 0)])).toEqual([7, 8, 9])
  })

  test('a seal stands in for no event that says to be older than it', () => {
    const second = (seq: number) => Math.floor(Date.parse(at(log, seq).at) / 1000)
    const seals = [seal(6, 1), seal(8, 2), seal(9, 1)]
    const made = seals.map((item) => ({ ...item, issuedAt: second(item.seq - item.appended + 1) }))
    expect(missing(log, made)).toEqual([])
    expect(missing(log, made.with(1, { ...seal(8, 2), issuedAt: second(8) }))).toEqual([7])
    expect(missing(log, made.with(0, { ...seal(6, 1), issuedAt: second(6) + 1 }))).toEqual([6])
  })

  test('a second close moves nothing', () => {
    const reopened = transition(log, 8, { from: 'active', to: 'completed' })
    expect(missing(reopened, [seal(6, 1), seal(8, 1), seal(9, 1)])).toEqual([7])
  })

  test('of a very long log the first hundred are named', () => {
    const long = transition(makeLogOf(300), 6, { from: 'active', to: 'ended' })
    expect(missing(long, [])).toHaveLength(100)
  })
})

describe('before the close', () => {
  test('no event needs a seal', () => {
    expect(missing(log.slice(0, 5), [], 'active')).toEqual([])
    expect(missing(transition(log.slice(0, 5), 3, { from: 'ready', to: 'active' }), [], 'active')).toEqual([])
  })
})

describe('where the transition that closed the session is erased', () => {
  test('the last erased one of a closed session is taken for it', () => {
    const events = erase(erase(transition(log, 3, { to: 'active' }), 3), 6)
    expect(missing(events, [seal(6, 1), seal(8, 2), seal(9, 1)])).toEqual([])
    expect(missing(events, [])).toEqual([6, 7, 8, 9])
    expect(missing(events, [], 'active')).toEqual([])
  })

  test('a forged one after it does not stand in for it', () => {
    const events = transition(erase(log, 6), 8, { to: 'completed' })
    expect(missing(events, [seal(6, 1), seal(9, 1)])).toEqual([7, 8])
  })

  test('nor does a state that was changed back, once an event was sealed as it was appended', () => {
    expect(missing(erase(log, 6), [seal(6, 1)], 'active')).toEqual([7, 8, 9])
  })
})
