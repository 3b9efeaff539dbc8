import { EvidenceError } from './error.ts'

/** A value that JSON can carry without loss. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue }

/**
 * How deep arrays and objects may nest. A fixed bound keeps a hostile file from overflowing the stack,
 * here and in verifiers written in languages with smaller ones.
 */
export const MAX_JSON_DEPTH = 256

interface Container {
  value: object
  key: string | number
  parent: Container | null
  depth: number
}

/**
 * Serializes a value as RFC 8785 (JSON Canonicalization Scheme): equal values give equal bytes,
 * whatever the order of their keys. Unlike `JSON.stringify` it never drops or converts anything:
 * what cannot be read back as the same value is refused, because it would break the hash.
 *
 * @param value what to serialize; nested at most {@link MAX_JSON_DEPTH} deep.
 * @throws EvidenceError `INVALID_JSON`, with the path, on numbers that are not finite, `undefined`,
 *   functions, symbols, bigints, lone surrogates, cycles, class instances, or too deep a nesting.
 * @example
 * canonicalJson({ b: 1e3, a: [true, null] }) // '{"a":[true,null],"b":1000}'
 * @see https://www.rfc-editor.org/rfc/rfc8785
 */
export function canonicalJson(value: JsonValue): string {
  return serialize(value, '$', null)
}

function serialize(value: unknown, key: string | number, parent: Container | null): string {
  switch (typeof value) {
    case 'string':
      return serializeString(value, key, parent)
    case 'number':
      if (!Number.isFinite(value)) throw refused(`${value} is not a JSON number`, key, parent)
      // RFC 8785 §3.2.2.3 is ECMAScript's own number format, -0 as 0 included.
      return JSON.stringify(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      return value === null ? 'null' : serializeContainer(value, key, parent)
    default:
      throw refused(`${typeof value} has no JSON form`, key, parent)
  }
}

function serializeString(value: string, key: string | number, parent: Container | null): string {
  // UTF-8 cannot encode a lone surrogate: it would be hashed as U+FFFD, and so would any other.
  if (!value.isWellFormed()) throw refused('the text holds a lone surrogate', key, parent)
  return JSON.stringify(value)
}

function serializeContainer(value: object, key: string | number, parent: Container | null): string {
  const here: Container = { value, key, parent, depth: (parent?.depth ?? 0) + 1 }
  if (here.depth > MAX_JSON_DEPTH) throw refused(`nested deeper than ${MAX_JSON_DEPTH}`, key, parent)
  for (let above = parent; above !== null; above = above.parent) {
    if (above.value === value) throw refused('the value contains itself', key, parent)
  }
  if (Array.isArray(value)) {
    // By index, not by map(): a hole must be refused, not skipped.
    const items: string[] = []
    for (let index = 0; index < value.length; index++) items.push(serialize(value[index], index, here))
    return `[${items.join(',')}]`
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  // The second test admits plain objects of another realm (an iframe's, a vm context's).
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw refused('only plain objects and arrays have a JSON form', key, parent)
  }
  const members = Object.entries(value)
    // Compares UTF-16 code units, as RFC 8785 §3.2.3 wants; localeCompare would not.
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${serializeString(name, name, here)}:${serialize(member, name, here)}`)
  return `{${members.join(',')}}`
}

function refused(message: string, key: string | number, parent: Container | null): EvidenceError {
  let path = ''
  for (let at = parent, name = key; at !== null; name = at.key, at = at.parent) {
    path = (typeof name === 'number' ? `[${name}]` : `.${name}`) + path
  }
  return new EvidenceError('INVALID_JSON', message, { path: `$${path}` })
}
