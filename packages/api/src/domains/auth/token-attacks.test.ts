import { createHmac, type webcrypto } from 'node:crypto'
import { exportJWK, exportSPKI, generateKeyPair, type JWK } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  candidateOf,
  signedInUser,
  startTestApp,
  type TestApp,
  type TestCandidate,
  type TestUser,
} from '../../testing/index.ts'
import { callWith, type Draft, goodAccess, signAsServer, signingInput, signRaw } from './testing/forge.ts'

let app: TestApp
let user: TestUser
let candidate: TestCandidate
let attacker: { privateKey: webcrypto.CryptoKey; jwk: JWK }

beforeAll(async () => {
  app = await startTestApp()
  user = await signedInUser(app)
  candidate = await candidateOf(app)
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519' })
  attacker = { privateKey: pair.privateKey, jwk: await exportJWK(pair.publicKey) }
})
afterAll(() => app.close())

const REFUSED = { status: 401, code: 'UNAUTHENTICATED' }

/** What the server says to a token. */
const verdict = (token: string) => callWith(app, `Bearer ${token}`)

/** A good access token with parts of it changed; `undefined` takes a part out. */
async function changed(parts: { header?: object; payload?: object }): Promise<Draft> {
  const { header, payload } = await goodAccess(app, user)
  return { header: { ...header, ...parts.header }, payload: { ...payload, ...parts.payload } }
}

test('the token that the attacks start from is good', async () => {
  expect(await verdict(await signAsServer(app, await changed({})))).toEqual({ status: 200, code: null })
})

for (const alg of ['none', 'nOnE', 'NONE', '']) {
  test(`a token with alg "${alg}" and no signature is refused`, async () => {
    const draft = await changed({ header: { alg } })
    expect(await verdict(`${signingInput(draft)}.`)).toEqual(REFUSED)
  })
  test(`a token with alg "${alg}" and a good signature is refused`, async () => {
    expect(await verdict(await signAsServer(app, await changed({ header: { alg } })))).toEqual(REFUSED)
  })
}

test('a token signed HS256 with our public key is refused, in whatever form the key is taken', async () => {
  const { kid } = await app.ctx.keys.signer()
  const key = await app.ctx.keys.find(kid)
  const [jwk] = (await app.ctx.keys.published()).filter((published) => published.kid === kid)
  if (!key || !jwk) throw new Error('the active key is not published')
  const secrets = [
    Buffer.from(jwk.x, 'base64url'),
    jwk.x,
    JSON.stringify(jwk),
    await exportSPKI(key),
    Buffer.from((await exportSPKI(key)).replaceAll(/-----[^-]+-----|\s/g, ''), 'base64'),
  ]
  for (const alg of ['HS256', 'EdDSA']) {
    const input = signingInput(await changed({ header: { alg } }))
    for (const secret of secrets) {
      const mac = createHmac('sha256', secret).update(input).digest('base64url')
      expect(await verdict(`${input}.${mac}`)).toEqual(REFUSED)
    }
  }
})

const KIDS: [string, unknown][] = [
  ['a path', '../../dev/null'],
  ['an SQL quote', "x' or '1'='1"],
  ['an array', ['a', 'b']],
  ['a number', 0],
  ['an object', { kid: 'a' }],
  ['null', null],
  ['true', true],
  ['nothing', undefined],
  ['an empty text', ''],
  ['a name that every object has', '__proto__'],
  ['NUL', 'a\u0000b'],
  ['a lone surrogate', '\ud800'],
  ['very long', 'k'.repeat(2_000)],
]
for (const [what, kid] of KIDS) {
  test(`a token whose kid is ${what} is refused`, async () => {
    expect(await verdict(await signAsServer(app, await changed({ header: { kid } })))).toEqual(REFUSED)
    expect(await verdict(await signRaw(await changed({ header: { kid } }), attacker.privateKey))).toEqual(
      REFUSED,
    )
  })
}

test('a key that the token brings along is never used: jwk', async () => {
  for (const kid of [undefined, 'mine']) {
    const draft = await changed({ header: { kid, jwk: { ...attacker.jwk, kid } } })
    expect(await verdict(await signRaw(draft, attacker.privateKey))).toEqual(REFUSED)
  }
  const draft = await changed({ header: { jwk: attacker.jwk } })
  expect(await verdict(await signRaw(draft, attacker.privateKey))).toEqual(REFUSED)
})

for (const parameter of ['jku', 'x5u']) {
  test(`a key that the token points at is never fetched: ${parameter}`, async () => {
    let asked = 0
    const { createServer } = await import('node:http')
    const host = createServer((_, response) => {
      asked += 1
      response.end(JSON.stringify({ keys: [{ ...attacker.jwk, kid: 'mine', alg: 'EdDSA' }] }))
    })
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
    const address = host.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const header = { kid: 'mine', [parameter]: `http://127.0.0.1:${port}/jwks.json` }
    expect(await verdict(await signRaw(await changed({ header }), attacker.privateKey))).toEqual(REFUSED)
    expect(asked).toBe(0)
    await new Promise((resolve) => host.close(resolve))
  })
}

test('a certificate that the token brings along is never used: x5c', async () => {
  const draft = await changed({ header: { x5c: ['MIIB'], kid: 'mine' } })
  expect(await verdict(await signRaw(draft, attacker.privateKey))).toEqual(REFUSED)
})

for (const crit of [['exp-viva'], ['b64'], ['alg'], [], 'exp', null]) {
  test(`a token with crit ${JSON.stringify(crit)} is refused`, async () => {
    const draft = await changed({ header: { crit, 'exp-viva': 1, b64: false } })
    expect(await verdict(await signAsServer(app, draft))).toEqual(REFUSED)
  })
}

for (const claim of ['exp', 'iat', 'jti', 'aud', 'iss', 'sub', 'sid', 'guest', 'scope']) {
  test(`a token without ${claim} is refused`, async () => {
    const draft = await changed({ payload: { [claim]: undefined } })
    expect(await verdict(await signAsServer(app, draft))).toEqual(REFUSED)
  })
}

test('a token without typ, or of the general typ JWT, is refused', async () => {
  for (const typ of [undefined, 'JWT', 'at+jwt', 'viva-ist+jwt', 7]) {
    expect(await verdict(await signAsServer(app, await changed({ header: { typ } })))).toEqual(REFUSED)
  }
})

test('a token issued in the future is refused', async () => {
  const iat = Math.floor(app.clock.now().getTime() / 1000) + 120
  expect(await verdict(await signAsServer(app, await changed({ payload: { iat } })))).toEqual(REFUSED)
})

test('a token that is not valid yet is refused', async () => {
  const nbf = Math.floor(app.clock.now().getTime() / 1000) + 120
  expect(await verdict(await signAsServer(app, await changed({ payload: { nbf } })))).toEqual(REFUSED)
})

test('a token whose time is over says so, so that the client refreshes', async () => {
  const now = Math.floor(app.clock.now().getTime() / 1000)
  const draft = await changed({ payload: { iat: now - 601, exp: now - 1 } })
  expect(await verdict(await signAsServer(app, draft))).toEqual({ status: 401, code: 'TOKEN_EXPIRED' })
})

test('times that are no numbers are refused', async () => {
  const bad = [{ exp: '9999999999' }, { exp: null }, { iat: 'now' }, { nbf: {} }, { exp: [9_999_999_999] }]
  for (const payload of bad) {
    expect(await verdict(await signAsServer(app, await changed({ payload })))).toEqual(REFUSED)
  }
})

test('a token of another issuer or for another audience is refused', async () => {
  const bad = [
    { iss: 'https://elsewhere.example' },
    { iss: [app.url] },
    { aud: 'viva:session' },
    { aud: ['viva:user', 'viva:session'] },
    { aud: ['viva:user'] },
    { scope: 'user' },
    { scope: ['session'] },
    { scope: [] },
  ]
  for (const payload of bad) {
    expect(await verdict(await signAsServer(app, await changed({ payload })))).toEqual(REFUSED)
  }
})

test('a token with a changed payload or signature is refused', async () => {
  const [header = '', payload = '', signature = ''] = user.token.split('.')
  const other = signingInput(await changed({ payload: { sub: candidate.userId } })).split('.')[1] ?? ''
  const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
  for (const token of [
    [header, other, signature].join('.'),
    [header, payload, flipped].join('.'),
    [header, payload, ''].join('.'),
    [header, payload].join('.'),
    [header, payload, signature, signature].join('.'),
    `${user.token}x`,
    user.token.toLowerCase(),
    '..',
    'x',
  ]) {
    expect(await verdict(token)).toEqual(REFUSED)
  }
})

test('a token of another user names that user alone: sub and sid must belong together', async () => {
  const draft = await changed({ payload: { sub: candidate.userId } })
  expect(await verdict(await signAsServer(app, draft))).toEqual(REFUSED)
})

const HEADERS = [
  'Bearer %E0%A4%A',
  'Bearer %',
  'Bearer %00',
  'Bearer ',
  'Bearer',
  'Bearer a b',
  'Basic dXNlcjpwYXNz',
  'Bearer \u00e9\u00e9',
  `Bearer ${'a'.repeat(8_000)}`,
  'Bearer {"alg":"none"}',
]
for (const header of HEADERS) {
  test(`the malformed header ${JSON.stringify(header.slice(0, 24))} is answered 401, not 500`, async () => {
    expect(await callWith(app, header)).toEqual(REFUSED)
  })
}

const SCOPED = ['ist', 'wst', 'aipt', 'acet'] as const
type Scoped = (typeof SCOPED)[number]

/** Calls a procedure that wants a token of the kind `wanted`. */
function callScoped(wanted: Scoped, sessionId: string, token: string) {
  const asQuery = (path: string, input: object) =>
    callWith(app, `Bearer ${token}`, `${path}?input=${encodeURIComponent(JSON.stringify(input))}`)
  switch (wanted) {
    case 'ist':
      return asQuery('sessions.current', { sessionId })
    case 'wst':
      return asQuery('sessions.events', { sessionId })
    case 'aipt':
      return asQuery('ai.stream', { sessionId, runId: sessionId })
    case 'acet':
      return callWith(app, `Bearer ${token}`, 'proctoring.record', { sessionId, signals: [] })
  }
}

for (const kind of SCOPED) {
  test(`a token of a session (${kind}) is refused by the user API`, async () => {
    expect(await verdict(candidate.tokens[kind])).toEqual(REFUSED)
  })
}

for (const wanted of SCOPED) {
  for (const kind of SCOPED.filter((other) => other !== wanted)) {
    test(`a token of the kind ${kind} is refused where ${wanted} is wanted`, async () => {
      expect(await callScoped(wanted, candidate.sessionId, candidate.tokens[kind])).toEqual(REFUSED)
    })
  }
  test(`a user's token is refused where ${wanted} is wanted, also the candidate's own`, async () => {
    expect(await callScoped(wanted, candidate.sessionId, candidate.token)).toEqual(REFUSED)
  })
  test(`a token (${wanted}) of another session is refused`, async () => {
    const other = await candidateOf(app)
    const answer = await callScoped(wanted, other.sessionId, candidate.tokens[wanted])
    expect(answer).toEqual({ status: 403, code: 'FORBIDDEN' })
  })
}

test('a session token works for its own session', async () => {
  const answer = await callScoped('ist', candidate.sessionId, candidate.tokens.ist)
  expect(answer).toEqual({ status: 200, code: null })
})

test('tokens of a retired key keep working, tokens of a foreign key never do', async () => {
  const before = await signAsServer(app, await changed({}))
  await app.ctx.keys.rotate()
  expect(await verdict(before)).toEqual({ status: 200, code: null })
  expect(await verdict(await signAsServer(app, await changed({})))).toEqual({ status: 200, code: null })
  expect(await verdict(await signRaw(await changed({}), attacker.privateKey))).toEqual(REFUSED)
})
