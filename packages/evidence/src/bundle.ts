import type { JWK } from 'jose'
import type { ChainHead } from './chain-report.ts'
import { EvidenceError } from './error.ts'
import { type EvidenceEvent, isTime } from './event.ts'

/** The value of a bundle's `format`. */
export const BUNDLE_FORMAT = 'viva.evidence.1'

/** A session's log with all that is needed to verify it, as one JSON document. */
export interface EvidenceBundle {
  format: typeof BUNDLE_FORMAT
  /** ISO 8601, UTC, three decimals. The seal over the head is of this second. */
  exportedAt: string
  /** For the reader. No seal covers it but for `id`: where it matters, read the events. */
  session: {
    id: string
    companyId: string
    interviewId: string
    interviewVersion: number
    candidateId: string
    state: string
    endReason: string | null
  }
  head: ChainHead
  events: EvidenceEvent[]
  /** Compact JWS: those made with the events from the close on, those of earlier exports, and the one of this export. */
  seals: string[]
  /** Public keys that the seals name; enough to check them, not to trust them. */
  keys: JWK[]
}

/**
 * Checks that a value has a bundle's shape: every member there and of its type, none that the format
 * does not know, no private key. Whether it is *true* is for {@link verifyBundle} to say: an event
 * with a hash that is none passes here, so that the report can name it.
 *
 * @throws EvidenceError `INVALID_BUNDLE`, whose `path` is the first member that is wrong.
 * @example
 * const bundle = parseBundle(JSON.parse(await file.text()))
 */
export function parseBundle(value: unknown): EvidenceBundle {
  const names = ['format', 'exportedAt', 'session', 'head', 'events', 'seals', 'keys'] as const
  const bundle = members(value, '$', names)
  if (bundle.format !== BUNDLE_FORMAT) throw wrong('$.format', `"${BUNDLE_FORMAT}"`)
  const exportedAt = text(bundle.exportedAt, '$.exportedAt')
  if (!isTime(exportedAt)) throw wrong('$.exportedAt', 'a time like 2026-01-31T09:00:00.000Z')
  const head = members(bundle.head, '$.head', ['seq', 'hash'])
  return {
    format: BUNDLE_FORMAT,
    exportedAt,
    session: parseSession(bundle.session, '$.session'),
    head: { seq: integer(head.seq, '$.head.seq'), hash: text(head.hash, '$.head.hash') },
    events: list(bundle.events, '$.events', parseEvent),
    seals: list(bundle.seals, '$.seals', text),
    keys: list(bundle.keys, '$.keys', parseKey),
  }
}

function parseSession(value: unknown, path: string): EvidenceBundle['session'] {
  const names = [
    'id',
    'companyId',
    'interviewId',
    'interviewVersion',
    'candidateId',
    'state',
    'endReason',
  ] as const
  const session = members(value, path, names)
  const id = text(session.id, `${path}.id`)
  if (id === '' || id.includes('\n')) throw wrong(`${path}.id`, 'an id')
  return {
    id,
    companyId: text(session.companyId, `${path}.companyId`),
    interviewId: text(session.interviewId, `${path}.interviewId`),
    interviewVersion: integer(session.interviewVersion, `${path}.interviewVersion`),
    candidateId: text(session.candidateId, `${path}.candidateId`),
    state: text(session.state, `${path}.state`),
    endReason: session.endReason === null ? null : text(session.endReason, `${path}.endReason`),
  }
}

function parseEvent(value: unknown, path: string): EvidenceEvent {
  const names = ['seq', 'type', 'at', 'actor', 'payload', 'salt', 'payloadHash', 'hash'] as const
  const event = members(value, path, names)
  return {
    seq: integer(event.seq, `${path}.seq`),
    type: text(event.type, `${path}.type`),
    at: text(event.at, `${path}.at`),
    actor: text(event.actor, `${path}.actor`),
    // Any value: canonicalJson looks through it when it is hashed, and the report names the event.
    payload: event.payload as EvidenceEvent['payload'],
    salt: event.salt === null ? null : text(event.salt, `${path}.salt`),
    payloadHash: text(event.payloadHash, `${path}.payloadHash`),
    hash: text(event.hash, `${path}.hash`),
  }
}

function parseKey(value: unknown, path: string): JWK {
  const { kty, crv, x, kid, ...rest } = record(value, path)
  if (kty !== 'OKP') throw wrong(`${path}.kty`, '"OKP"')
  if (crv !== 'Ed25519') throw wrong(`${path}.crv`, '"Ed25519"')
  // Whoever exported this has leaked the key that signs; nothing signed by it means anything now.
  if ('d' in rest) throw wrong(`${path}.d`, 'a public key, without its private part')
  return { ...rest, kty, crv, x: text(x, `${path}.x`), kid: text(kid, `${path}.kid`) }
}

function members<Name extends string>(
  value: unknown,
  path: string,
  names: readonly Name[],
): { [name in Name]: unknown } {
  const object = record(value, path)
  const known: ReadonlySet<string> = new Set(names)
  for (const name of Object.keys(object))
    if (!known.has(name)) throw wrong(`${path}.${name}`, 'no such member')
  const found: Partial<{ [name in Name]: unknown }> = {}
  for (const name of names) {
    if (!Object.hasOwn(object, name) || object[name] === undefined) throw wrong(`${path}.${name}`, 'a value')
    found[name] = object[name]
  }
  return found as { [name in Name]: unknown }
}

function record(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(path, 'an object')
  return value as Record<string, unknown>
}

function list<Item>(value: unknown, path: string, parse: (item: unknown, path: string) => Item): Item[] {
  if (!Array.isArray(value)) throw wrong(path, 'a list')
  return Array.from(value, (item: unknown, index) => parse(item, `${path}[${index}]`))
}

function text(value: unknown, path: string): string {
  if (typeof value !== 'string' || !value.isWellFormed()) throw wrong(path, 'a well-formed text')
  return value
}

function integer(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw wrong(path, 'a whole number')
  return value
}

function wrong(path: string, expected: string): EvidenceError {
  return new EvidenceError('INVALID_BUNDLE', `expected ${expected}`, { path })
}
