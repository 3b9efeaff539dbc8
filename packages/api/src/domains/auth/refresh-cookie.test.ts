import { afterAll, beforeAll, expect, test } from 'vitest'
import { errorOf, startTestApp, type TestApp } from '../../testing/index.ts'
import { GRACE_MS } from './refresh-token.ts'
import { makeAccount, PASSWORD } from './testing/accounts.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

/** A raw call as a browser makes it: JSON, with a cookie or without. */
async function post(procedure: string, input: object, cookie?: string) {
  const answer = await fetch(`${app.url}/trpc/${procedure}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(cookie === undefined ? {} : { cookie }) },
    body: JSON.stringify(input),
  })
  const body = (await answer.json()) as {
    result?: { data: unknown }
    error?: { data: { app: { code: string } } }
  }
  const [setCookie = null] = answer.headers.getSetCookie()
  return { data: body.result?.data, code: body.error?.data.app.code ?? null, setCookie }
}

/** The part of a Set-Cookie header that a browser sends back. */
const pair = (setCookie: string | null): string => setCookie?.split(';')[0] ?? ''

async function browserLogIn() {
  const { email } = await makeAccount(app)
  const answer = await post('auth.logIn', { email, password: PASSWORD, refreshTransport: 'cookie' })
  return { email, ...answer, cookie: pair(answer.setCookie) }
}

test('a browser gets its refresh token as a cookie that no script, no other site and no plain HTTP can use', async () => {
  const { setCookie, data } = await browserLogIn()
  expect(setCookie).toMatch(/^__Host-viva_refresh=[\w-]{86}; /)
  const attributes = setCookie?.split('; ').slice(1) ?? []
  expect(attributes).toEqual(expect.arrayContaining(['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/']))
  expect(Number(/Max-Age=(\d+)/.exec(setCookie ?? '')?.[1])).toBeCloseTo(30 * 24 * 60 * 60, -2)
  expect(attributes.join()).not.toMatch(/domain/i)
  expect(data).toMatchObject({ tokens: { refreshToken: null } })
})

test('a refresh by cookie rotates the cookie and keeps it out of the body', async () => {
  const { cookie } = await browserLogIn()
  const next = await post('auth.refresh', {}, cookie)
  expect(next.data).toMatchObject({ refreshToken: null })
  expect(pair(next.setCookie)).toMatch(/^__Host-viva_refresh=[\w-]{86}$/)
  expect(pair(next.setCookie)).not.toBe(cookie)
  expect((await post('auth.refresh', {}, pair(next.setCookie))).code).toBeNull()
})

test("a cookie's token is worthless in a body, and a body's in a cookie", async () => {
  const { cookie } = await browserLogIn()
  const stolen = cookie.split('=')[1] ?? ''
  await errorOf(app.client().auth.refresh.mutate({ refreshToken: stolen }), 'UNAUTHENTICATED')
  const { refreshToken } = await makeAccount(app)
  const planted = await post('auth.refresh', {}, `__Host-viva_refresh=${refreshToken}`)
  expect(planted.code).toBe('UNAUTHENTICATED')
  expect((await post('auth.refresh', {}, cookie)).code).toBeNull()
})

test('a reused cookie logs the device out and is cleared', async () => {
  const { cookie } = await browserLogIn()
  await post('auth.refresh', {}, cookie)
  app.clock.advance(GRACE_MS + 1)
  const reused = await post('auth.refresh', {}, cookie)
  expect(reused.code).toBe('REFRESH_REUSED')
  expect(reused.setCookie).toMatch(/^__Host-viva_refresh=; .*Max-Age=0/)
})

test('a browser logs out by its cookie alone, also when its access token is over', async () => {
  const { cookie, email } = await browserLogIn()
  const out = await post('auth.logOut', {}, cookie)
  expect(out).toMatchObject({ data: null, code: null })
  expect(out.setCookie).toMatch(/^__Host-viva_refresh=; .*Max-Age=0/)
  expect((await post('auth.refresh', {}, cookie)).code).toBe('UNAUTHENTICATED')
  const again = await app.client().auth.logIn.mutate({ email, password: PASSWORD })
  expect(await app.client(again.tokens.accessToken).auth.devices.query()).toHaveLength(2)
})

test('a log-out by a cookie that was replaced long ago still logs the device out', async () => {
  const { cookie } = await browserLogIn()
  const next = await post('auth.refresh', {}, cookie)
  app.clock.advance(GRACE_MS + 1)
  await post('auth.logOut', {}, cookie)
  expect((await post('auth.refresh', {}, pair(next.setCookie))).code).toBe('UNAUTHENTICATED')
})
