import { authSessions } from '@viva/db/schema'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AuthTokens } from '../../contract/index.ts'
import { errorOf, startTestApp, type TestApp } from '../../testing/index.ts'
import { GRACE_MS } from './refresh-token.ts'
import { makeAccount, PASSWORD } from './testing/accounts.ts'

const DAY_MS = 24 * 60 * 60 * 1000

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

async function refresh(refreshToken: string | null, at = app): Promise<AuthTokens> {
  const tokens = await at.client().auth.refresh.mutate({ refreshToken: refreshToken ?? '' })
  if (!tokens) throw new Error('a refresh with a token answered that there was none')
  return tokens
}

/** Whether an access token is good. */
async function isGood(accessToken: string): Promise<boolean> {
  return app
    .client(accessToken)
    .auth.me.query()
    .then(
      () => true,
      () => false,
    )
}

async function storedSession(authSessionId: string) {
  const [row] = await app.db.drizzle.select().from(authSessions).where(eq(authSessions.id, authSessionId))
  return row
}

test('a refresh gives a new pair for the same device', async () => {
  const { tokens, refreshToken } = await makeAccount(app)
  const next = await refresh(refreshToken)
  expect(next.authSessionId).toBe(tokens.authSessionId)
  expect(next.refreshToken).not.toBe(refreshToken)
  expect(await isGood(next.accessToken)).toBe(true)
  expect((await refresh(next.refreshToken)).refreshToken).not.toBe(next.refreshToken)
})

test('50 parallel refreshes of one token get one successor, over two instances too', async () => {
  await using other = await startTestApp({ database: app.database })
  const { tokens, ...account } = await makeAccount(app)
  let presented: string | null = account.refreshToken
  // In the first round the connections are still being opened, which sets the calls apart.
  for (let round = 0; round < 4; round += 1) {
    const token: string | null = presented
    const answers: AuthTokens[] = await Promise.all(
      Array.from({ length: 50 }, (_, index) => refresh(token, index % 2 === 0 ? app : other)),
    )
    const successors = new Set(answers.map((answer) => answer.refreshToken))
    expect(successors.size).toBe(1)
    expect(successors).not.toContain(token)
    presented = answers[0]?.refreshToken ?? null
  }
  expect((await storedSession(tokens.authSessionId))?.revokedAt).toBeNull()
})

test('a token that comes again at the end of the grace still gets its successor', async () => {
  const { refreshToken } = await makeAccount(app)
  const first = await refresh(refreshToken)
  app.clock.advance(GRACE_MS - 5_000)
  expect((await refresh(refreshToken)).refreshToken).toBe(first.refreshToken)
})

test('a token that comes again after the grace logs its device out', async () => {
  const { refreshToken, tokens } = await makeAccount(app)
  const next = await refresh(refreshToken)
  app.clock.advance(GRACE_MS + 1)
  await errorOf(refresh(refreshToken), 'REFRESH_REUSED')
  await errorOf(refresh(next.refreshToken), 'UNAUTHENTICATED')
  await errorOf(refresh(refreshToken), 'UNAUTHENTICATED')
  expect(await isGood(next.accessToken)).toBe(false)
  expect(await isGood(tokens.accessToken)).toBe(false)
  expect(await storedSession(tokens.authSessionId)).toMatchObject({ revokeReason: 'refresh_reused' })
  const rows = await app.db.sql`select details from audit_log where target = ${tokens.authSessionId}`
  expect(rows).toContainEqual({ details: { reused: true } })
})

test('a thief who refreshes twice at once is found out by the token that the owner still holds', async () => {
  const { refreshToken, tokens } = await makeAccount(app)
  const stolen = await refresh((await refresh(refreshToken)).refreshToken)
  await errorOf(refresh(refreshToken), 'REFRESH_REUSED')
  await errorOf(refresh(stolen.refreshToken), 'UNAUTHENTICATED')
  expect(await storedSession(tokens.authSessionId)).toMatchObject({ revokeReason: 'refresh_reused' })
})

test('of 20 parallel uses of a token after the grace none gets anything', async () => {
  const { refreshToken } = await makeAccount(app)
  await refresh(refreshToken)
  app.clock.advance(GRACE_MS + 1)
  const errors = await Promise.all(Array.from({ length: 20 }, () => errorOf(refresh(refreshToken))))
  const reused = errors.filter(({ code }) => code === 'REFRESH_REUSED')
  expect(reused).toHaveLength(1)
  expect(errors.filter(({ code }) => code === 'UNAUTHENTICATED')).toHaveLength(19)
})

test('a reuse logs out one device and leaves the others', async () => {
  const { refreshToken, email } = await makeAccount(app)
  const other = await app.client().auth.logIn.mutate({ email, password: PASSWORD })
  await refresh(refreshToken)
  app.clock.advance(GRACE_MS + 1)
  await errorOf(refresh(refreshToken), 'REFRESH_REUSED')
  expect(await isGood(other.tokens.accessToken)).toBe(true)
  await refresh(other.tokens.refreshToken)
})

test('a device that is not used for 7 days is logged out', async () => {
  const { refreshToken } = await makeAccount(app)
  const idle = await makeAccount(app)
  app.clock.advance(6 * DAY_MS)
  const used = await refresh(refreshToken)
  app.clock.advance(2 * DAY_MS)
  await errorOf(refresh(idle.refreshToken), 'UNAUTHENTICATED')
  await refresh(used.refreshToken)
})

test('a device is logged out after 30 days, however much it is used, and no access token outlives it', async () => {
  let { refreshToken, tokens }: { refreshToken: string | null; tokens: AuthTokens } = await makeAccount(app)
  const end = app.clock.now().getTime() + 30 * DAY_MS
  for (let day = 5; day < 30; day += 5) {
    app.clock.advance(5 * DAY_MS)
    tokens = await refresh(refreshToken)
    refreshToken = tokens.refreshToken
  }
  app.clock.advance(5 * DAY_MS - 60_000)
  tokens = await refresh(refreshToken)
  expect(Date.parse(tokens.accessExpiresAt)).toBeLessThanOrEqual(end)
  app.clock.advance(60_000)
  await errorOf(refresh(tokens.refreshToken), 'UNAUTHENTICATED')
  await errorOf(app.client(tokens.accessToken).auth.me.query(), 'TOKEN_EXPIRED')
})

test('a disabled user gets no new tokens', async () => {
  const { refreshToken, user } = await makeAccount(app)
  await app.db.sql`update users set disabled_at = now() where id = ${user.id}`
  await errorOf(refresh(refreshToken), 'UNAUTHENTICATED')
})

test.each(['', 'x', '%00', 'a'.repeat(86), '../../etc/passwd', "' or 1=1 --", 'é'.repeat(86)])(
  '%j is no refresh token',
  async (token) => {
    await errorOf(refresh(token), 'UNAUTHENTICATED')
  },
)

test('a call without any refresh token says that nobody is signed in, and is no error', async () => {
  expect(await app.client().auth.refresh.mutate({})).toBeNull()
})

test('no token is in the database in the clear, nor can one be opened with what is there', async () => {
  const { refreshToken, tokens } = await makeAccount(app)
  const next = await refresh(refreshToken)
  const row = await storedSession(tokens.authSessionId)
  const kept = Object.values(row ?? {})
    .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64url') : String(value)))
    .join(' ')
  for (const token of [refreshToken, next.refreshToken ?? '']) {
    expect(kept).not.toContain(token)
    expect(kept).not.toContain(token.slice(0, 40))
    expect(kept).not.toContain(token.slice(-40))
  }
})
