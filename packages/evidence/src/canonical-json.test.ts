import canonicalizeByOthers from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson, EvidenceError, type JsonValue, MAX_JSON_DEPTH } from './index.ts'

/** Calls with what the types forbid but a program without types can pass. */
function canonicalUnchecked(value: unknown): string {
  return canonicalJson(value as JsonValue)
}

function refusal(value: unknown): { code: string; path: string } {
  try {
    canonicalUnchecked(value)
  } catch (error) {
    if (error instanceof EvidenceError) return { code: error.code, path: error.path }
    throw error
  }
  throw new Error('it was accepted')
}

function shuffleKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(shuffleKeys)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, shuffleKeys(member)]),
  )
}

function doubleOf(bits: string): number {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, BigInt(`0x${bits}`))
  return view.getFloat64(0)
}

const jsonValue = fc.jsonValue({ stringUnit: 'binary' }) as fc.Arbitrary<JsonValue>

describe('canonicalJson', () => {
  test('writes the example of RFC 8785 §3.2.2 as the RFC does', () => {
    const value = JSON.parse(
      String.raw`{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}`,
    ) as JsonValue
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
  })

  test('sorts keys by UTF-16 code units, as RFC 8785 §3.2.3 does', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    }
    const order = Object.values(JSON.parse(canonicalJson(value)) as Record<string, string>)
    expect(canonicalJson(value).startsWith('{"\\r":')).toBe(true)
    // JSON.parse moves the key "1" to the front; the text above shows that it is not.
    expect(order.slice(2)).toEqual([
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ])
  })

  test.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('writes the double %s of RFC 8785 appendix B as %s', (bits, text) => {
    expect(canonicalJson(doubleOf(bits))).toBe(text)
  })

  test('is the same after a round trip through JSON with its keys in another order', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        const text = canonicalJson(value)
        expect(canonicalJson(shuffleKeys(JSON.parse(text) as JsonValue))).toBe(text)
      }),
    )
  })

  test('reads back as the value it was made from', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  test('gives the text that another implementation of RFC 8785 gives', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        expect(canonicalJson(value)).toBe(canonicalizeByOthers(value))
      }),
    )
  })

  test('keeps a key named __proto__', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"x":2}}') as JsonValue)).toBe(
      '{"__proto__":{"x":2},"b":1}',
    )
  })

  test('serializes a value that appears twice without calling it a cycle', () => {
    const shared = { a: 1 }
    expect(canonicalJson({ x: shared, y: [shared, shared] })).toBe('{"x":{"a":1},"y":[{"a":1},{"a":1}]}')
  })

  test.each([
    ['NaN', { a: [Number.NaN] }, '$.a[0]'],
    ['Infinity', Number.POSITIVE_INFINITY, '$'],
    ['undefined', { a: undefined }, '$.a'],
    ['a hole in an array', { a: Array(1) }, '$.a[0]'],
    ['a function', [() => 1], '$[0]'],
    ['a toJSON that would replace the value', { a: { toJSON: () => 1 } }, '$.a.toJSON'],
    ['a symbol', [Symbol('x')], '$[0]'],
    ['a bigint', { a: 1n }, '$.a'],
    ['a lone surrogate', { a: { b: '\ud800' } }, '$.a.b'],
    ['a lone surrogate in a key', { '\udc00': 1 }, '$.\udc00'],
    ['a date', { at: new Date(0) }, '$.at'],
    ['a map', new Map(), '$'],
  ])('refuses %s and says where it is', (_, value, path) => {
    expect(refusal(value)).toEqual({ code: 'INVALID_JSON', path })
  })

  test('refuses a cycle', () => {
    const cycle: Record<string, unknown> = {}
    cycle['a'] = [cycle]
    expect(refusal(cycle)).toEqual({ code: 'INVALID_JSON', path: '$.a[0]' })
  })

  test('refuses what is nested too deep instead of overflowing the stack', () => {
    const nest = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as JsonValue
    expect(canonicalJson(nest(MAX_JSON_DEPTH))).toHaveLength(2 * MAX_JSON_DEPTH)
    expect(refusal(nest(100_000)).code).toBe('INVALID_JSON')
  })
})
