import fc from 'fast-check'

/** Deeper than any schema and than many a recursive reader. */
const TOO_DEEP = JSON.parse(`${'['.repeat(2000)}${']'.repeat(2000)}`)

/** Own properties by these names, as JSON brings them; an object literal would set the prototype instead. */
const PROTOTYPE_NAMES = JSON.parse('{"__proto__":{"admin":true},"constructor":{"prototype":{}},"toString":1}')

/** Values that break careless code: types, ends of ranges, encodings, names, syntax of what lies behind. */
const HOSTILE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 31,
  2 ** 53,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  '',
  ' ',
  '0',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'a\udfffb',
  '\ufeff\u202e\u2028',
  '\r\n\u001b[31mSet-Cookie: a=b',
  'x'.repeat(100_000),
  '💥'.repeat(30_000),
  '__proto__',
  'constructor',
  'hasOwnProperty',
  '../../etc/passwd',
  "' or 1=1; --",
  '$1',
  '%00',
  '%E0%A4%A',
  '99999999999999999999',
  '-9223372036854775809',
  'NaN',
  '0000-01-01T00:00:00.000Z',
  '9999-12-31T23:59:59.999Z',
  '2024-02-30T00:00:00.000Z',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  [],
  [null],
  [[[]]],
  Array.from({ length: 2000 }, () => 0),
  {},
  { a: { b: { c: { d: { e: { f: { g: { h: { i: {} } } } } } } } } },
  PROTOTYPE_NAMES,
  TOO_DEEP,
]

/** A change of one place of an input. */
type Change =
  | { kind: 'put'; value: unknown }
  | { kind: 'remove' }
  | { kind: 'add'; name: string; value: unknown }

/** An input of which one to three places were changed, and where. */
export interface HostileInput {
  input: unknown
  changed: string[]
}

type Path = readonly (string | number)[]

/**
 * Inputs made from a valid one by changing a few places of it, so that what comes after the first check is reached too.
 * Now and then the whole is something else.
 */
export function hostileInputs(valid: unknown): fc.Arbitrary<HostileInput> {
  const value = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...HOSTILE) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
    { weight: 1, arbitrary: fc.integer() },
  )
  const change: fc.Arbitrary<Change> = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('put' as const), value }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('add' as const),
        name: fc.constantFrom('extra', '__proto__', 'constructor', 'role', 'companyId', 'emailVerified', ''),
        value,
      }),
    },
  )
  const places = placesIn(valid)
  const edited = fc
    .array(fc.record({ path: fc.constantFrom(...places), change }), { minLength: 1, maxLength: 3 })
    .map((edits) => ({
      input: edits.reduce((input: unknown, { path, change: made }) => apply(input, path, made), valid),
      changed: edits.map(({ path, change: made }) => `${path.join('.') || '(whole)'} ${made.kind}`),
    }))
  const replaced = value.map((input) => ({ input, changed: ['(whole)'] }))
  return fc.oneof({ weight: 9, arbitrary: edited }, { weight: 1, arbitrary: replaced })
}

/** Ends of what integers, times, ids and texts can be: some of them pass a schema and meet the database. */
const EDGES = {
  number: [-1, 0, 1.5, 2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1, Number.MAX_VALUE],
  time: ['0000-01-01T00:00:00.000Z', '0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'],
  id: ['00000000-0000-0000-0000-000000000000', 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF'],
  text: ['', 'a\u0000b', '\ud800', '💥'.repeat(20_000)],
  boolean: [null, 'true'],
} as const

/** The valid input with every leaf taken to the ends of its type, one leaf at a time. */
export function edgeInputs(valid: unknown): HostileInput[] {
  return placesIn(valid).flatMap((path) => {
    const leaf = path.reduce((value: unknown, name) => Reflect.get(Object(value), name), valid)
    return edgesOf(leaf).map((value) => ({
      input: apply(valid, path, { kind: 'put', value }),
      changed: [`${path.join('.')} put ${JSON.stringify(value).slice(0, 60)}`],
    }))
  })
}

function edgesOf(leaf: unknown): readonly unknown[] {
  if (typeof leaf === 'number') return EDGES.number
  if (typeof leaf === 'boolean') return EDGES.boolean
  if (typeof leaf !== 'string') return []
  if (/^\d{4}-\d\d-\d\dT/.test(leaf)) return EDGES.time
  return /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/.test(leaf) ? EDGES.id : EDGES.text
}

/** Every place of a JSON value, the whole included. */
function placesIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const inside = Object.entries(value).flatMap(([name, item]) =>
    placesIn(item, [...path, Array.isArray(value) ? Number(name) : name]),
  )
  return [path, ...inside]
}

/** The value with one place changed; a place that an earlier change took away stays away. */
function apply(value: unknown, [name, ...rest]: Path, change: Change): unknown {
  if (name === undefined) {
    if (change.kind === 'put') return change.value
    if (change.kind === 'remove') return undefined
    return isRecord(value) ? withMember(value, change.name, change.value) : value
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => {
      if (index !== name) return [item]
      return rest.length === 0 && change.kind === 'remove' ? [] : [apply(item, rest, change)]
    })
  }
  if (!isRecord(value) || !Object.hasOwn(value, name)) return value
  return withMember(value, String(name), apply(value[name], rest, change))
}

/** A copy with one own member set, whatever its name is. `undefined` is left out when it is written as JSON. */
function withMember(value: Record<string, unknown>, name: string, item: unknown): Record<string, unknown> {
  return Object.fromEntries([...Object.entries(value).filter(([known]) => known !== name), [name, item]])
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
