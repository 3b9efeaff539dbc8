import { createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { logIn, newPerson, type Person } from './stage/company.ts'
import { type DatabaseServer, startDatabaseServer } from './stage/database-server.ts'

let stage: DatabaseServer
let url: string
let person: Person
beforeAll(async () => {
  stage = await startDatabaseServer()
  url = stage.server.url
  person = await newPerson(url)
})
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]()
})

type Body = string | FormData | Uint8Array<ArrayBuffer>

const OWN = { 'content-type': 'application/json', 'x-viva-client': '1' }
const FOREIGN_ORIGIN = 'https://attacker.example'

async function post(procedure: string, headers: Record<string, string>, body: Body = '{}') {
  const answer = await fetch(`${url}/trpc/${procedure}`, { method: 'POST', headers, body })
  const { status, headers: sent } = answer
  return { status, setCookie: sent.getSetCookie(), headers: sent, text: await answer.text() }
}

const credentials = () =>
  JSON.stringify({ email: person.email, password: person.password, refreshTransport: 'cookie' })

/** The cookie of a browser that has just logged in. */
async function browser(): Promise<string> {
  const { status, setCookie } = await post('auth.logIn', { ...OWN, origin: url }, credentials())
  expect(status).toBe(200)
  return setCookie[0]?.split(';')[0] ?? ''
}

/** Whether the device of a cookie is still logged in; rotates it. */
async function isLoggedIn(cookie: string): Promise<boolean> {
  const { status, text } = await post('auth.refresh', { ...OWN, origin: url, cookie })
  return status === 200 && text.includes('accessToken')
}

test('a page of ours logs in, refreshes and logs out by cookie', async () => {
  const cookie = await browser()
  expect(cookie).toMatch(/^__Host-/)
  expect((await post('auth.logOut', { ...OWN, origin: url, cookie })).status).toBe(200)
  expect(await isLoggedIn(cookie)).toBe(false)
})

const FOREIGN: [what: string, headers: Record<string, string>, body: () => Body][] = [
  ['JSON without the client header', { 'content-type': 'application/json' }, () => '{}'],
  ['JSON from a foreign origin', { ...OWN, origin: FOREIGN_ORIGIN }, () => '{}'],
  ['JSON from the origin "null"', { ...OWN, origin: 'null' }, () => '{}'],
  ['a multipart form', {}, () => new FormData()],
  ['a multipart form with the client header', { 'x-viva-client': '1' }, () => new FormData()],
  ['a urlencoded form', { 'content-type': 'application/x-www-form-urlencoded' }, () => 'a=b'],
  ['text', { 'content-type': 'text/plain' }, () => '{}'],
  ['bytes', { 'content-type': 'application/octet-stream' }, () => '{}'],
  ['no type at all', {}, () => new Uint8Array([123, 125])],
]
for (const [what, headers, body] of FOREIGN) {
  test(`another site logs nobody out with ${what}`, async () => {
    const cookie = await browser()
    const logOut = await post('auth.logOut', { ...headers, cookie }, body())
    expect(logOut.status).toBeGreaterThanOrEqual(400)
    expect(logOut.status).toBeLessThan(500)
    expect(logOut.setCookie).toEqual([])
    expect(await isLoggedIn(cookie)).toBe(true)
  })
  test(`another site rotates no cookie with ${what}`, async () => {
    const cookie = await browser()
    const refresh = await post('auth.refresh', { ...headers, cookie }, body())
    // Refused, or answered as to somebody who has no cookie.
    if (refresh.status === 200) expect(refresh.text).toBe('{"result":{"data":null}}')
    else expect(refresh.status).toBeOneOf([400, 403, 415])
    expect(refresh.setCookie.join()).not.toMatch(/=[\w-]{20}/)
    expect(await isLoggedIn(cookie)).toBe(true)
  })
}

test('another site plants no log-in of its own', async () => {
  for (const headers of [{ 'content-type': 'application/json' }, { ...OWN, origin: FOREIGN_ORIGIN }]) {
    const planted = await post('auth.logIn', headers, credentials())
    expect(planted.status).toBe(403)
    expect(planted.setCookie).toEqual([])
  }
})

test('a mutation does not run by GET', async () => {
  const cookie = await browser()
  const answer = await fetch(`${url}/trpc/auth.logOut?input=%7B%7D`, { headers: { ...OWN, cookie } })
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(await isLoggedIn(cookie)).toBe(true)
})

test('a foreign origin is never reflected together with credentials', async () => {
  for (const origin of [FOREIGN_ORIGIN, 'null', `${url}.attacker.example`]) {
    for (const method of ['OPTIONS', 'POST']) {
      const answer = await fetch(`${url}/trpc/auth.refresh`, {
        method,
        headers: {
          ...OWN,
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'x-viva-client',
        },
        ...(method === 'POST' ? { body: '{}' } : {}),
      })
      expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    }
  }
})

test('everything that we sign can be verified with what is published', async () => {
  const answer = await fetch(`${url}/.well-known/jwks.json`)
  const { keys } = (await answer.json()) as { keys: JsonWebKey[] }
  expect(keys.length).toBeGreaterThanOrEqual(2)
  for (const key of keys) expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
  const { accessToken } = await logIn(url, person.email)
  const [header = '', payload = '', signature = ''] = accessToken.split('.')
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }
  const key = keys.find((published) => published['kid'] === kid)
  if (!key) throw new Error('the key of a token is not published')
  const signed = Buffer.from(`${header}.${payload}`)
  const publicKey = createPublicKey({ key, format: 'jwk' })
  expect(verify(null, signed, publicKey, Buffer.from(signature, 'base64url'))).toBe(true)
})

test('a flood of log-ins is told when to come back, and other calls go on meanwhile', async () => {
  const logIns = Array.from({ length: 400 }, (_, index) =>
    fetch(`${url}/trpc/auth.logIn`, {
      method: 'POST',
      headers: { ...OWN, 'x-forwarded-for': `192.0.2.${index % 250}` },
      body: JSON.stringify({ email: `nobody-${index}@example.test`, password: 'a wrong password' }),
    }),
  )
  expect((await person.api.auth.me.query()).id).toBe(person.userId)
  const answers = await Promise.all(logIns)
  const busy = answers.filter(({ status }) => status === 503)
  expect(busy.length).toBeGreaterThan(0)
  for (const { headers } of busy) expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
  expect(answers.filter(({ status }) => status === 401).length).toBe(answers.length - busy.length)
}, 90_000)
