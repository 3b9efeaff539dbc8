import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EvidenceError, parseBundle } from './index.ts'
import { makeLogOf } from './testing/log.ts'

type Json = Record<string, unknown>

function valid() {
  return {
    format: 'viva.evidence.1',
    exportedAt: '2026-01-31T10:00:00.000Z',
    session: {
      id: 'session',
      companyId: 'company',
      interviewId: 'interview',
      interviewVersion: 1,
      candidateId: 'candidate',
      state: 'ended',
      endReason: 'expired',
    } as Json,
    head: { seq: 2, hash: 'ab'.repeat(32) } as Json,
    events: makeLogOf(2).map((event): Json => ({ ...event })),
    seals: ['a.b.c'] as unknown[],
    keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'x', kid: 'key-1', use: 'sig' } as Json],
  }
}

/** The path that the refusal names. */
function refusedPath(value: unknown): string {
  try {
    parseBundle(value)
  } catch (error) {
    if (error instanceof EvidenceError && error.code === 'INVALID_BUNDLE') return error.path
    throw error
  }
  throw new Error('it was accepted')
}

/** A valid bundle with the member at `path` replaced, or removed where the value is undefined. */
function changed(path: readonly (string | number)[], value: unknown): unknown {
  const bundle: unknown = valid()
  let holder = bundle as Json
  for (const step of path.slice(0, -1)) holder = holder[step] as Json
  const last = String(path.at(-1))
  if (value === undefined) delete holder[last]
  else holder[last] = value
  return bundle
}

describe('parseBundle', () => {
  test('gives back a valid bundle as it is', () => {
    expect(parseBundle(valid())).toEqual(valid())
  })

  test('lets an event with a wrong hash pass, for the report to name', () => {
    expect(parseBundle(changed(['events', 1, 'hash'], 'none')).events[1]?.hash).toBe('none')
  })

  test.each<[string, (string | number)[], unknown]>([
    ['$.format', ['format'], 'viva.evidence.2'],
    ['$.exportedAt', ['exportedAt'], 'yesterday'],
    ['$.session', ['session'], []],
    ['$.session.id', ['session', 'id'], 'a\nb'],
    ['$.session.id', ['session', 'id'], ''],
    ['$.session.interviewVersion', ['session', 'interviewVersion'], '1'],
    ['$.session.state', ['session', 'state'], undefined],
    ['$.session.endReason', ['session', 'endReason'], 1],
    ['$.session.name', ['session', 'name'], 'x'],
    ['$.head.seq', ['head', 'seq'], 1.5],
    ['$.head.hash', ['head', 'hash'], null],
    ['$.events', ['events'], {}],
    ['$.events[1]', ['events', 1], null],
    ['$.events[1].seq', ['events', 1, 'seq'], '2'],
    ['$.events[0].payload', ['events', 0, 'payload'], undefined],
    ['$.events[0].salt', ['events', 0, 'salt'], 1],
    ['$.events[0].actor', ['events', 0, 'actor'], '\ud800'],
    ['$.events[0].previousHash', ['events', 0, 'previousHash'], 'x'],
    ['$.seals[0]', ['seals', 0], 1],
    ['$.keys[0].kty', ['keys', 0, 'kty'], 'oct'],
    ['$.keys[0].crv', ['keys', 0, 'crv'], 'X25519'],
    ['$.keys[0].kid', ['keys', 0, 'kid'], undefined],
    ['$.keys[0].d', ['keys', 0, 'd'], 'secret'],
    ['$.extra', ['extra'], 1],
  ])('names %s when %j is %j', (expected, path, value) => {
    expect(refusedPath(changed(path, value))).toBe(expected)
  })

  test('refuses anything else with a typed error', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(refusedPath(value)).toMatch(/^\$/)
      }),
    )
  })
})
