import { users } from '@viva/db/schema'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPasswordHasher } from '../../core/password-hasher.ts'
import { systemRandom } from '../../core/system.ts'
import { errorOf, startTestApp, type TestApp } from '../../testing/index.ts'
import { anEmail, countingHasher, makeAccount, PASSWORD } from './testing/accounts.ts'

const hasher = countingHasher(
  createPasswordHasher({ random: systemRandom, cost: { memoryCost: 64, timeCost: 1, parallelism: 1 } }),
)
let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ overrides: { hasher } })
})
afterAll(() => app.close())

/** A raw call, to see the answer byte by byte. */
async function post(procedure: string, body: string): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(`${app.url}/trpc/${procedure}`, { method: 'POST', headers, body })
}

async function stored(email: string) {
  const [row] = await app.db.drizzle.select().from(users).where(eq(users.email, email))
  return row
}

test('who signs up can log in and is who they said', async () => {
  const account = await makeAccount(app)
  expect(account.user).toMatchObject({ email: account.email, name: 'Robin Example', guest: false })
  expect(await account.api.auth.me.query()).toEqual({ ...account.user, memberships: [] })
  expect(JSON.stringify(await account.api.auth.me.query())).not.toContain('argon2')
})

test('sign-up answers a new and a known address alike, after one hash each, and changes nothing of the known', async () => {
  const { email } = await makeAccount(app)
  const before = await stored(email)
  const sent = { password: 'another long password', name: 'Somebody Else' }
  const answers = []
  for (const address of [email, anEmail()]) {
    const hashes = hasher.hashed
    const answer = await post('auth.signUp', JSON.stringify({ ...sent, email: address }))
    const headers = [...answer.headers].filter(([name]) => name !== 'date')
    answers.push({ status: answer.status, headers, body: await answer.text() })
    expect(hasher.hashed - hashes).toBe(1)
  }
  expect(answers[0]).toEqual(answers[1])
  expect(JSON.parse(answers[0]?.body ?? '')).toEqual({ result: { data: { accepted: true } } })
  expect(await stored(email)).toEqual(before)
})

test('sign-ups of one address at once make one account', async () => {
  const email = anEmail()
  const input = { email, password: PASSWORD, name: 'Robin Example' }
  const answers = await Promise.all(Array.from({ length: 5 }, () => app.client().auth.signUp.mutate(input)))
  expect(answers).toEqual(Array(5).fill({ accepted: true }))
  expect(await app.db.drizzle.select().from(users).where(eq(users.email, email))).toHaveLength(1)
})

test('log-in says the same of an unknown address, a wrong password, a disabled user and a guest', async () => {
  const { email } = await makeAccount(app)
  const disabled = await makeAccount(app)
  await app.db.sql`update users set disabled_at = now() where id = ${disabled.user.id}`
  const answers = []
  for (const input of [
    { email: anEmail(), password: PASSWORD },
    { email, password: 'a wrong password' },
    { email: disabled.email, password: PASSWORD },
    { email, password: '' },
  ]) {
    const verified = hasher.decoys.length
    const answer = await post('auth.logIn', JSON.stringify(input))
    const body = (await answer.text()).replace(/"requestId":"[^"]+"/, '')
    answers.push({ status: answer.status, body })
    expect(hasher.decoys.length - verified).toBe(1)
  }
  for (const answer of answers) expect(answer).toEqual(answers[0])
  expect(answers[0]).toMatchObject({ status: 401, body: expect.stringContaining('INVALID_CREDENTIALS') })
})

test('one hash is computed for an unknown address, of a decoy', async () => {
  await errorOf(
    app.client().auth.logIn.mutate({ email: anEmail(), password: PASSWORD }),
    'INVALID_CREDENTIALS',
  )
  expect(hasher.decoys.at(-1)).toBe(true)
})

test('an address is one account however it is written', async () => {
  const { email, user } = await makeAccount(app)
  const again = await app
    .client()
    .auth.logIn.mutate({ email: `  ${email.toUpperCase()} `, password: PASSWORD })
  expect(again.user.id).toBe(user.id)
})

test.each([
  'user\uff20example.test',
  'user@one@example.test',
  '"user"@example.test',
  'user@example',
  'user@example.test\r\nBcc: other@example.test',
  'us\u0000er@example.test',
  'us\u0435r@example.test',
  ' ',
  '@example.test',
])('%j is no address', async (email) => {
  await errorOf(
    app.client().auth.signUp.mutate({ email, password: PASSWORD, name: 'Robin Example' }),
    'INVALID_INPUT',
  )
})

test.each(['guest', 'emailVerified', 'role', 'companyId', 'id', 'passwordHash'])(
  '%s smuggled into a sign-up is refused',
  async (field) => {
    const input = { email: anEmail(), password: PASSWORD, name: 'Robin Example', [field]: true }
    expect((await post('auth.signUp', JSON.stringify(input))).status).toBe(400)
    expect(await stored(input.email)).toBeUndefined()
  },
)

test('a password of 10 MB is refused before anything is hashed', async () => {
  const { email } = await makeAccount(app)
  const counts = [hasher.hashed, hasher.decoys.length]
  const password = 'x'.repeat(10_000_000)
  for (const [procedure, input] of [
    ['auth.logIn', { email, password }],
    ['auth.signUp', { email, password, name: 'Robin Example' }],
  ] as const) {
    expect((await post(procedure, JSON.stringify(input))).status).toBe(413)
  }
  expect([hasher.hashed, hasher.decoys.length]).toEqual(counts)
})

test('a password of 256 characters counts to the last one, and a longer one is refused', async () => {
  const email = anEmail()
  const password = 'p'.repeat(255)
  const api = app.client()
  await api.auth.signUp.mutate({ email, password: `${password}a`, name: 'Robin Example' })
  await errorOf(api.auth.logIn.mutate({ email, password: `${password}b` }), 'INVALID_CREDENTIALS')
  await errorOf(api.auth.logIn.mutate({ email, password }), 'INVALID_CREDENTIALS')
  await errorOf(api.auth.logIn.mutate({ email, password: `${password}aa` }), 'INVALID_INPUT')
  await api.auth.logIn.mutate({ email, password: `${password}a` })
})

test('a password with NUL or a lone surrogate cannot be chosen, and never logs in as another one', async () => {
  const email = anEmail()
  const password = 'ten characters \ufffd'
  await app.client().auth.signUp.mutate({ email, password, name: 'Robin Example' })
  for (const bad of ['ten characters \\u0000', 'ten characters \\ud800', 'ten characters \\udc00\\ud800']) {
    const signUp = `{"email":"${anEmail()}","name":"Robin","password":"${bad}"}`
    expect((await post('auth.signUp', signUp)).status).toBe(400)
    const logIn = await post('auth.logIn', `{"email":"${email}","password":"${bad}"}`)
    expect(logIn.status).toBe(401)
    expect(await logIn.text()).toContain('INVALID_CREDENTIALS')
  }
  await app.client().auth.logIn.mutate({ email, password })
})

test('a log-in never takes up an auth session that the caller brought along', async () => {
  const attacker = await makeAccount(app)
  const victim = await makeAccount(app)
  const cookie = `__Host-viva_refresh=${attacker.refreshToken}`
  const api = app.client(attacker.tokens.accessToken, { headers: { cookie } })
  const { tokens } = await api.auth.logIn.mutate({ email: victim.email, password: PASSWORD })
  expect(tokens.authSessionId).not.toBe(attacker.tokens.authSessionId)
  expect(tokens.refreshToken).not.toBe(attacker.refreshToken)
  expect((await attacker.api.auth.me.query()).id).toBe(attacker.user.id)
})

test('sign-ups, log-ins and log-outs are written into the audit log without the address', async () => {
  const { email, user, tokens, api } = await makeAccount(app)
  await api.auth.logOut.mutate({})
  const rows = await app.db.sql`select actor, action, target, details::text as details from audit_log`
  for (const action of ['auth.logIn', 'auth.logOut']) {
    expect(rows).toContainEqual(
      expect.objectContaining({ actor: `member:${user.id}`, action, target: tokens.authSessionId }),
    )
  }
  expect(rows).toContainEqual(expect.objectContaining({ action: 'auth.signUp', target: user.id }))
  expect(JSON.stringify(rows)).not.toContain(email)
})
