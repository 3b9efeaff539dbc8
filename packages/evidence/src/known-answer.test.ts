import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import {
  canonicalJson,
  hashEvent,
  hashPayload,
  type JsonValue,
  signSeal,
  verifySeal,
  ZERO_HASH,
} from './index.ts'
import { rfc8037Key } from './testing/keys.ts'

async function knownAnswer(): Promise<(name: string) => string> {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
  // Only the block counts: a line of the prose may begin with the same word.
  const block = /^## Known answer[\s\S]*?^```\n([\s\S]*?)^```$/m.exec(readme)?.[1]
  if (block === undefined) throw new Error('the README has no block with the known answer')
  return (name) => {
    const value = new RegExp(`^${name} +(.+)$`, 'm').exec(block)?.[1]
    if (value === undefined) throw new Error(`the README has no ${name}`)
    return value
  }
}

test('the known answer of the README is what the code gives', async () => {
  const known = await knownAnswer()
  const [seq, type, at, actor] = known('event').split(', ')
  if (!type || !at || !actor) throw new Error('the event is incomplete')
  const sessionId = known('sessionId')
  const payload = JSON.parse(known('payload')) as JsonValue
  const payloadHash = hashPayload({ payload, salt: known('salt') })
  expect(canonicalJson(payload)).toBe(known('canonical'))
  expect(payloadHash).toBe(known('payloadHash'))
  const header = { sessionId, seq: Number(seq), type, at, actor, payloadHash, previousHash: ZERO_HASH }
  expect(hashEvent(header)).toBe(known('hash'))

  const { kid, privateKey, publicJwk } = await rfc8037Key()
  const seal = {
    issuer: 'https://viva.example',
    sessionId,
    seq: 1,
    hash: known('hash'),
    appended: 1,
    issuedAt: 1769850000,
    kid,
  }
  expect(await signSeal(seal, privateKey)).toBe(known('seal'))
  expect(await verifySeal(known('seal'), { keys: [publicJwk], sessionId })).toEqual(seal)
})
