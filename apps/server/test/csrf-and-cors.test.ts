import { refreshTokenFrom } from '@viva/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newPerson, type Person } from './stage/company.ts'
import { type LocalServer, startLocalServer } from './stage/local-server.ts'

const APP = 'https://app.example.com'
const EVIL = 'https://evil.example.net'

let stage: LocalServer
let person: Person

beforeAll(async () => {
  stage = await startLocalServer({ env: { VIVA_CORS_ORIGINS: APP } })
  person = await newPerson(stage.url)
})

afterAll(async () => stage?.[Symbol.asyncDispose]())

const CLIENT = { 'content-type': 'application/json', 'x-viva-client': '1' }

function post(
  path: string,
  headers: Record<string, string>,
  body: NonNullable<RequestInit['body']> = '{}',
): Promise<Response> {
  return fetch(`${stage.url}/trpc/${path}`, { method: 'POST', headers, body })
}

function logInByCookie(headers: Record<string, string>): Promise<Response> {
  const { email, password } = person
  return post('auth.logIn', headers, JSON.stringify({ email, password, refreshTransport: 'cookie' }))
}

/** A Cookie header as the person's browser would send it, from a log-in of its own. */
async function browserCookie(): Promise<string> {
  const answer = await logInByCookie({ ...CLIENT, origin: APP })
  expect(answer.status).toBe(200)
  const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';')
  expect(refreshTokenFrom(cookie)).not.toBeNull()
  return cookie
}

async function codeOf(answer: Response): Promise<string> {
  const body = (await answer.json()) as { error?: { data?: { app?: { code?: string } } }; code?: string }
  return body.error?.data?.app?.code ?? body.code ?? 'OK'
}

/** Whether the device of a cookie is still logged in: a refresh as its own page would make it. */
async function isLoggedIn(cookie: string): Promise<boolean> {
  const answer = await post('auth.refresh', { ...CLIENT, origin: APP, cookie })
  return answer.status === 200 && (await answer.text()).includes('accessToken')
}

describe('the refresh cookie', () => {
  test('is __Host-, HttpOnly, Secure, SameSite=Strict, and not in the body', async () => {
    const answer = await logInByCookie({ ...CLIENT, origin: APP })
    const cookie = answer.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(
      /^__Host-viva_refresh=[^;]+; Path=\/; Max-Age=\d+; HttpOnly; Secure; SameSite=Strict$/,
    )
    const text = await answer.text()
    expect(text).toContain('"refreshToken":null')
    expect(text).not.toContain(refreshTokenFrom(cookie.split(';')[0]))
  })

  test('refreshes from an allowed page', async () => {
    expect(await isLoggedIn(await browserCookie())).toBe(true)
  })

  test.each([
    ['a multipart form', () => new FormData(), undefined],
    ['a form', () => new URLSearchParams({ a: 'b' }), undefined],
    ['plain text', () => '{}', 'text/plain'],
    ['an octet stream', () => new Uint8Array([123, 125]), 'application/octet-stream'],
    ['an empty body of no type', () => '', undefined],
  ])('%s from another site cannot log a person out', async (_name, body, type) => {
    const cookie = await browserCookie()
    const headers: Record<string, string> = { cookie, origin: EVIL }
    if (type !== undefined) headers['content-type'] = type
    const answer = await post('auth.logOut', headers, body())
    expect(answer.status).toBe(415)
    expect(await isLoggedIn(cookie)).toBe(true)
  })

  test('does not work without the client header, nor from another site with it', async () => {
    const cookie = await browserCookie()
    for (const headers of [
      { 'content-type': 'application/json', origin: APP, cookie },
      { ...CLIENT, origin: EVIL, cookie },
      { ...CLIENT, origin: 'null', cookie },
    ]) {
      // The cookie is not even looked at: the answer is that of somebody without one.
      const refreshed = await post('auth.refresh', headers)
      expect(await refreshed.json()).toEqual({ result: { data: null } })
      expect(refreshed.headers.get('set-cookie')).toBeNull()
      expect(await codeOf(await post('auth.logOut', headers))).toBe('UNAUTHENTICATED')
    }
    expect(await isLoggedIn(cookie)).toBe(true)
  })

  test('is not set for a log-in from another site (login CSRF)', async () => {
    for (const headers of [
      { ...CLIENT, origin: EVIL },
      { 'content-type': 'application/json', origin: APP },
    ]) {
      const answer = await logInByCookie(headers)
      expect(answer.headers.get('set-cookie')).toBeNull()
      expect(answer.status).toBe(403)
    }
  })
})

describe('CORS', () => {
  test('an unknown origin is never reflected, with credentials or without', async () => {
    for (const origin of [EVIL, 'null', `${APP}.evil.example.net`, 'http://app.example.com', `${APP}:444`]) {
      const answer = await fetch(`${stage.url}/livez`, { headers: { origin } })
      expect(answer.headers.get('access-control-allow-origin')).toBeNull()
      const preflight = await fetch(`${stage.url}/trpc/auth.refresh`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      })
      expect(preflight.headers.get('access-control-allow-origin')).toBeNull()
    }
  })

  test('a listed origin may call with credentials, and reads Retry-After and the request id', async () => {
    const preflight = await fetch(`${stage.url}/trpc/auth.logIn`, {
      method: 'OPTIONS',
      headers: {
        origin: APP,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,x-viva-client',
      },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe(APP)
    expect(preflight.headers.get('access-control-allow-credentials')).toBe('true')
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-viva-client')
    const answer = await post('auth.me', { ...CLIENT, origin: APP })
    expect(answer.headers.get('access-control-allow-origin')).toBe(APP)
    expect(answer.headers.get('access-control-expose-headers')).toMatch(/retry-after.*x-request-id/)
    expect(answer.headers.get('vary')?.toLowerCase()).toContain('origin')
  })

  test("the server's own origin is allowed under each name of this machine", async () => {
    const port = new URL(stage.url).port
    for (const name of ['localhost', '127.0.0.1', '[::1]']) {
      const origin = `http://${name}:${port}`
      const answer = await fetch(`${stage.url}/livez`, { headers: { origin } })
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
    }
  })
})

describe('methods', () => {
  test('a mutation by GET is refused and does nothing', async () => {
    const input = encodeURIComponent(JSON.stringify({}))
    const answer = await fetch(`${stage.url}/trpc/auth.logOutEverywhere?input=${input}`, {
      headers: { authorization: `Bearer ${person.accessToken}` },
    })
    expect(answer.status).toBe(400)
    expect(answer.headers.get('allow')).toBe('POST')
    await person.api.auth.me.query()
  })

  test('a query by POST is refused: the method cannot be overridden', async () => {
    const answer = await post('auth.me', { ...CLIENT, authorization: `Bearer ${person.accessToken}` })
    expect(answer.status).toBe(400)
    expect(answer.headers.get('allow')).toBe('GET')
  })
})
