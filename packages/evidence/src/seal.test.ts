import { base64url, CompactSign, type JWK } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { EvidenceError, type Seal, signSeal, verifySeal, ZERO_HASH } from './index.ts'
import { newKey, type TestKey } from './testing/keys.ts'
import { SESSION_ID } from './testing/log.ts'

let key: TestKey
let other: TestKey
let claims: Seal

beforeAll(async () => {
  key = await newKey('key-1')
  other = await newKey('key-2')
  claims = {
    issuer: 'https://viva.example',
    sessionId: SESSION_ID,
    seq: 5,
    hash: 'ab'.repeat(32),
    appended: 2,
    issuedAt: 1_769_850_000,
    kid: 'key-1',
  }
})

const utf8 = new TextEncoder()
const payload = () => ({
  iss: claims.issuer,
  sub: SESSION_ID,
  seq: 5,
  hash: claims.hash,
  appended: 2,
  iat: claims.issuedAt,
})
const header = () => ({ alg: 'EdDSA', typ: 'viva-seal+jwt', kid: 'key-1' })

/** A token with the given header and claims under a signature that is genuine. */
async function signed(headers: object, body: object, signer = key): Promise<string> {
  const signature = await crypto.subtle.sign(
    'Ed25519',
    signer.privateKey,
    utf8.encode(`${part(headers)}.${part(body)}`),
  )
  return `${part(headers)}.${part(body)}.${base64url.encode(new Uint8Array(signature))}`
}

function part(value: object): string {
  return base64url.encode(JSON.stringify(value))
}

async function refusal(token: string, expected: { keys?: JWK[]; sessionId?: string; issuer?: string } = {}) {
  const answer = verifySeal(token, { keys: [key.publicJwk], sessionId: SESSION_ID, ...expected })
  const error = await answer.then(
    () => new Error('it was accepted'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof EvidenceError)) throw error
  expect(error.code).toBe('INVALID_SEAL')
  return error.message
}

describe('a seal', () => {
  test('says what was sealed', async () => {
    const token = await signSeal(claims, key.privateKey)
    const issuer = 'https://viva.example'
    expect(await verifySeal(token, { keys: [key.publicJwk], sessionId: SESSION_ID, issuer })).toEqual(claims)
  })

  test('made by hand from the documented parts is accepted', async () => {
    const token = await signed(header(), payload())
    expect(await verifySeal(token, { keys: [key.publicJwk], sessionId: SESSION_ID })).toEqual(claims)
  })

  test('finds its key among several, even of the same id', async () => {
    const token = await signSeal(claims, key.privateKey)
    const keys = [other.publicJwk, { ...other.publicJwk, kid: 'key-1' }, key.publicJwk]
    expect(await verifySeal(token, { keys, sessionId: SESSION_ID })).toEqual(claims)
  })

  test('is not made for a head that cannot be', async () => {
    for (const wrong of [
      { seq: -1 },
      { seq: 1.5 },
      { seq: 0 },
      { hash: 'ab' },
      { appended: -1 },
      { appended: 6 },
      { appended: 0.5 },
      { issuedAt: 1.5 },
      { kid: '' },
    ]) {
      await expect(signSeal({ ...claims, ...wrong }, key.privateKey)).rejects.toMatchObject({
        code: 'INVALID_SEAL',
      })
    }
    const empty = await signSeal({ ...claims, seq: 0, hash: ZERO_HASH, appended: 0 }, key.privateKey)
    expect(await verifySeal(empty, { keys: [key.publicJwk], sessionId: SESSION_ID })).toMatchObject({
      seq: 0,
    })
  })
})

describe('a seal is refused', () => {
  test.each(['none', 'nOnE', 'None'])('with alg %s', async (alg) => {
    expect(await refusal(`${part({ ...header(), alg })}.${part(payload())}.`)).toContain('header')
  })

  test('when HMAC was keyed with the public key', async () => {
    const secrets = [
      utf8.encode(key.publicJwk.x),
      base64url.decode(key.publicJwk.x ?? ''),
      utf8.encode(JSON.stringify(key.publicJwk)),
    ]
    for (const secret of secrets) {
      const token = await new CompactSign(utf8.encode(JSON.stringify(payload())))
        .setProtectedHeader({ ...header(), alg: 'HS256' })
        // 32 bytes at least, as HS256 wants.
        .sign(secret)
      expect(await refusal(token)).toContain('header')
      expect(
        await refusal(token, { keys: [{ kty: 'oct', k: key.publicJwk.x ?? '', kid: 'key-1' }] }),
      ).toContain('header')
    }
  })

  test('with a key, a link to one, or a certificate in its header', async () => {
    const additions = {
      jwk: other.publicJwk,
      jku: 'https://evil.example/jwks',
      x5u: 'https://evil.example/x',
      x5c: ['MII'],
    }
    for (const [name, value] of Object.entries(additions)) {
      expect(await refusal(await signed({ ...header(), [name]: value }, payload(), other))).toContain(
        'header',
      )
      expect(await refusal(await signed({ ...header(), [name]: value }, payload()))).toContain('header')
    }
  })

  test('with a critical extension', async () => {
    expect(await refusal(await signed({ ...header(), crit: ['b64'], b64: true }, payload()))).toContain(
      'header',
    )
    expect(await refusal(await signed({ ...header(), crit: ['x'], x: 1 }, payload()))).toContain('header')
  })

  test.each([[['key-1']], [1], [null], [''], [{}], [undefined]])('with the kid %j', async (kid) => {
    expect(await refusal(await signed({ ...header(), kid }, payload()))).toMatch(/kid/)
  })

  test.each(['../../dev/null', "key-1' OR '1'='1", 'key-9', '__proto__'])(
    'with the unknown kid %s',
    async (kid) => {
      expect(await refusal(await signed({ ...header(), kid }, payload()))).toContain('no key')
    },
  )

  test('with another type', async () => {
    expect(await refusal(await signed({ ...header(), typ: 'at+jwt' }, payload()))).toContain('header')
    expect(
      await refusal(await signed({ ...header(), typ: 'application/viva-seal+jwt' }, payload())),
    ).toContain('header')
  })

  test('when another key signed it', async () => {
    expect(await refusal(await signed(header(), payload(), other))).toContain('signature verification failed')
  })

  test('when its payload was changed', async () => {
    const [head, , signature] = (await signSeal(claims, key.privateKey)).split('.')
    expect(await refusal(`${head}.${part({ ...payload(), seq: 6 })}.${signature}`)).toContain('signature')
  })

  test('when it is for another session', async () => {
    expect(await refusal(await signSeal({ ...claims, sessionId: 'another' }, key.privateKey))).toContain(
      '"sub"',
    )
  })

  test('when another installation made it', async () => {
    const token = await signSeal(claims, key.privateKey)
    expect(await refusal(token, { issuer: 'https://other.example' })).toContain('"iss"')
  })

  test.each(['iss', 'sub', 'seq', 'hash', 'appended', 'iat'])('without the claim %s', async (claim) => {
    const { [claim]: _, ...rest } = payload() as Record<string, unknown>
    expect(await refusal(await signed(header(), rest))).toContain(claim)
  })

  test.each([
    { seq: '5' },
    { seq: -1 },
    { seq: 0 },
    { hash: 'AB'.repeat(32) },
    { hash: 1 },
    { appended: '2' },
    { appended: -1 },
    { appended: 6 },
    { iat: 1.5 },
    { iss: 1 },
    { exp: 1 },
    { exp: 4_000_000_000 },
    { aud: 'x' },
  ])('with the claims %j', async (wrong) => {
    await refusal(await signed(header(), { ...payload(), ...wrong }))
  })

  test('when it is no token at all', async () => {
    for (const token of ['', '.', '..', 'a.b.c', '%.%.%', `${part(header())}.${part(payload())}`])
      await refusal(token)
  })

  test('when its key is of another kind', async () => {
    const token = await signSeal(claims, key.privateKey)
    expect(await refusal(token, { keys: [{ ...key.publicJwk, crv: 'X25519' }] })).toContain(
      'not an Ed25519 key',
    )
    expect(await refusal(token, { keys: [{ kid: 'key-1' }] })).toContain('not an Ed25519 key')
  })
})
