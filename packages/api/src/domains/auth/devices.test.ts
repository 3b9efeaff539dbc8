import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { candidateOf, errorOf, startTestApp, type TestApp } from '../../testing/index.ts'
import { makeAccount, PASSWORD } from './testing/accounts.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

/** One more device of somebody. */
async function logIn(email: string, userAgent = 'Test/1') {
  const client = app.client(undefined, { headers: { 'user-agent': userAgent } })
  const { tokens } = await client.auth.logIn.mutate({ email, password: PASSWORD })
  return { ...tokens, api: app.client(tokens.accessToken) }
}

test('devices lists those that are logged in, says which one asks, and shows no secret', async () => {
  const account = await makeAccount(app)
  const phone = await logIn(account.email, `Phone/2 ${'x'.repeat(500)}`)
  const listed = await account.api.auth.devices.query()
  expect(listed.map(({ authSessionId }) => authSessionId).sort()).toEqual(
    [account.tokens.authSessionId, phone.authSessionId].sort(),
  )
  expect(listed.find(({ current }) => current)?.authSessionId).toBe(account.tokens.authSessionId)
  const shown = listed.find(({ authSessionId }) => authSessionId === phone.authSessionId)
  expect(shown).toMatchObject({ ip: expect.stringContaining('127.0.0.1'), current: false })
  expect(shown?.userAgent).toMatch(/^Phone\/2 x+$/)
  expect(shown?.userAgent.length).toBeLessThanOrEqual(200)
  expect(Object.keys(shown ?? {}).sort()).toEqual([
    'authSessionId',
    'createdAt',
    'current',
    'ip',
    'lastUsedAt',
    'userAgent',
  ])
})

test('a revoked device is out at once, with its access token and its refresh token, and wakes its sockets', async () => {
  const account = await makeAccount(app)
  const phone = await logIn(account.email)
  using watch = app.ctx.hub.watch(`auth:${phone.authSessionId}`)
  await account.api.auth.revokeDevice.mutate({ authSessionId: phone.authSessionId })
  expect(watch.head()).toBe(1)
  await errorOf(phone.api.auth.me.query(), 'UNAUTHENTICATED')
  await errorOf(
    app.client().auth.refresh.mutate({ refreshToken: phone.refreshToken ?? '' }),
    'UNAUTHENTICATED',
  )
  expect(await account.api.auth.devices.query()).toHaveLength(1)
})

test("another user's device, one that does not exist and one that is out already are not found", async () => {
  const [account, other] = [await makeAccount(app), await makeAccount(app)]
  const gone = await logIn(account.email)
  await gone.api.auth.logOut.mutate({})
  const messages = new Set<string>()
  for (const authSessionId of [other.tokens.authSessionId, randomUUID(), gone.authSessionId]) {
    const error = await errorOf(account.api.auth.revokeDevice.mutate({ authSessionId }), 'NOT_FOUND')
    messages.add(error.message)
  }
  expect(messages.size).toBe(1)
  expect((await other.api.auth.me.query()).id).toBe(other.user.id)
})

test('two revocations of one device at once: one of them does it', async () => {
  const account = await makeAccount(app)
  const { authSessionId } = await logIn(account.email)
  const results = await Promise.allSettled([
    account.api.auth.revokeDevice.mutate({ authSessionId }),
    account.api.auth.revokeDevice.mutate({ authSessionId }),
  ])
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
})

test('log-out ends this device and leaves the others', async () => {
  const account = await makeAccount(app)
  const phone = await logIn(account.email)
  await phone.api.auth.logOut.mutate({})
  await errorOf(phone.api.auth.me.query(), 'UNAUTHENTICATED')
  expect(await account.api.auth.devices.query()).toHaveLength(1)
  await errorOf(app.client().auth.logOut.mutate({}), 'UNAUTHENTICATED')
})

test('log-out everywhere kills every token of every device at once, and nobody else’s', async () => {
  const [account, other] = [await makeAccount(app), await makeAccount(app)]
  const devices = await Promise.all([logIn(account.email), logIn(account.email)])
  await account.api.auth.logOutEverywhere.mutate({})
  for (const { api, refreshToken } of [...devices, account]) {
    await errorOf(api.auth.me.query(), 'UNAUTHENTICATED')
    await errorOf(app.client().auth.refresh.mutate({ refreshToken: refreshToken ?? '' }), 'UNAUTHENTICATED')
  }
  expect((await other.api.auth.me.query()).id).toBe(other.user.id)
})

test('log-out everywhere of a candidate kills the tokens of their session too', async () => {
  const candidate = await candidateOf(app)
  const { sessionId } = candidate
  await candidate.session.sessions.current.query({ sessionId })
  await candidate.api.auth.logOutEverywhere.mutate({})
  await errorOf(candidate.session.sessions.current.query({ sessionId }), 'UNAUTHENTICATED')
})

test('a disabled user is out at once', async () => {
  const { api, user } = await makeAccount(app)
  await app.db.sql`update users set disabled_at = now() where id = ${user.id}`
  const calls = [api.auth.me.query(), api.auth.devices.query(), api.auth.logOutEverywhere.mutate({})]
  await Promise.all(calls.map((call) => errorOf(call, 'UNAUTHENTICATED')))
})

test('a guest has devices, refreshes and logs out like everybody', async () => {
  const guest = await candidateOf(app)
  expect(await guest.api.auth.me.query()).toMatchObject({ guest: true, email: null, memberships: [] })
  expect(await guest.api.auth.devices.query()).toHaveLength(1)
  await guest.api.auth.logOut.mutate({})
  await errorOf(guest.api.auth.me.query(), 'UNAUTHENTICATED')
})
