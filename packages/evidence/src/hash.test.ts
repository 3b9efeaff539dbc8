import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson, EvidenceError, hashEvent, hashPayload, newSalt, ZERO_HASH } from './index.ts'
import { SESSION_ID } from './testing/log.ts'

const header = {
  sessionId: SESSION_ID,
  seq: 1,
  type: 'session.created',
  at: '2026-01-31T09:00:00.000Z',
  actor: 'system',
  payloadHash: 'ab'.repeat(32),
  previousHash: ZERO_HASH,
}

function refusedPath(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof EvidenceError && error.code === 'INVALID_FIELD') return error.path
    throw error
  }
  throw new Error('it was accepted')
}

describe('hashEvent and hashPayload', () => {
  test('give what SHA-256 of the documented bytes gives', () => {
    const line = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !text.includes('\n'))
    fc.assert(
      fc.property(
        line,
        line,
        fc.integer({ min: 1 }),
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        (type, actor, seq, bytes) => {
          const salt = newSalt(() => bytes)
          const payload = { type, actor }
          const payloadHash = createHash('sha256').update(bytes).update(canonicalJson(payload)).digest('hex')
          expect(hashPayload({ payload, salt })).toBe(payloadHash)
          const text = `viva.event.1\n${SESSION_ID}\n${seq}\n${type}\n${header.at}\n${actor}\n${payloadHash}\n${ZERO_HASH}`
          const hash = createHash('sha256').update(text, 'utf8').digest('hex')
          expect(hashEvent({ ...header, type, actor, seq, payloadHash })).toBe(hash)
        },
      ),
    )
  })

  test.each([
    ['sessionId', 'a\nb'],
    ['seq', 0],
    ['seq', 1.5],
    ['seq', 2 ** 53],
    ['type', ''],
    ['type', 'a\nb'],
    ['at', '2026-01-31T09:00:00Z'],
    ['at', '2026-01-31T09:00:00.000+00:00'],
    ['at', '2026-02-30T09:00:00.000Z'],
    ['at', '2026-01-31T24:00:00.000Z'],
    ['actor', 'system\n'],
    ['actor', '\ud800'],
    ['payloadHash', 'AB'.repeat(32)],
    ['previousHash', ''],
  ])('refuse the %s %j, which would be hashed differently elsewhere', (field, value) => {
    expect(refusedPath(() => hashEvent({ ...header, [field]: value }))).toBe(`$.${field}`)
  })

  test('refuse a salt that is not 16 bytes in lower-case hex', () => {
    for (const salt of ['', 'ab', 'AB'.repeat(16), 'ab'.repeat(17), 'zz'.repeat(16)]) {
      expect(refusedPath(() => hashPayload({ payload: null, salt }))).toBe('$.salt')
    }
  })
})

describe('newSalt', () => {
  test('gives 16 bytes in hex, another every time', () => {
    const salts = Array.from({ length: 100 }, () => newSalt())
    expect(new Set(salts).size).toBe(100)
    expect(salts.every((salt) => /^[0-9a-f]{32}$/.test(salt))).toBe(true)
  })

  test('refuses a source of randomness that gives too little', () => {
    expect(refusedPath(() => newSalt(() => new Uint8Array(8)))).toBe('$')
  })
})
