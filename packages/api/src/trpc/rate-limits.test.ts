import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RateLimit } from '../core/ports.ts'
import { createMemoryRateLimiter } from '../core/rate-limiter.ts'
import {
  candidateOf,
  errorOf,
  memberOf,
  signedInUser,
  startTestApp,
  type TestApp,
  type TestCandidate,
  type TestMember,
  type TestUser,
} from '../testing/index.ts'

/** Budgets of three calls, so that a test can spend one; everything else is as it is. */
const POINTS = 3
const limiter = createMemoryRateLimiter()
const small = (limit: RateLimit): RateLimit => ({ ...limit, points: POINTS })

let app: TestApp
let user: TestUser
let member: TestMember
let candidate: TestCandidate
beforeAll(async () => {
  const overrides = {
    limiter: {
      consume: (limit: RateLimit, key: string) => limiter.consume(small(limit), key),
      reset: (limit: RateLimit, key: string) => limiter.reset(small(limit), key),
    },
  }
  app = await startTestApp({ overrides })
})
afterAll(() => app.close())

async function spend(call: () => Promise<unknown>, code?: Parameters<typeof errorOf>[1]): Promise<void> {
  for (let made = 0; made < POINTS; made += 1) await (code === undefined ? call() : errorOf(call(), code))
}

const STRANGE = '00000000-0000-4000-8000-000000000000'
/** Calls that pass and calls that are refused for each reason a procedure's gate has, by who is known to make them. */
const CALLS: [string, () => Promise<unknown>, Parameters<typeof errorOf>[1]?][] = [
  ['userProcedure, answered', () => user.api.auth.me.query()],
  ['companyProcedure, answered', () => member.api.companies.get.query({ companyId: member.companyId })],
  [
    'companyProcedure, of a company that is not the caller’s',
    () => member.api.companies.get.query({ companyId: STRANGE }),
    'NOT_FOUND',
  ],
  [
    'companyProcedure, without an id',
    () => member.api.companies.get.query({ companyId: 'none' }),
    'INVALID_INPUT',
  ],
  [
    'companyProcedure, for which the role is too small',
    () => member.api.companies.update.mutate({ companyId: member.companyId, name: 'Mine' }),
    'FORBIDDEN',
  ],
  [
    'sessionProcedure, answered',
    () => candidate.session.sessions.current.query({ sessionId: candidate.sessionId }),
  ],
  [
    'sessionProcedure, of another session',
    () => candidate.session.sessions.current.query({ sessionId: STRANGE }),
    'FORBIDDEN',
  ],
  [
    'sessionProcedure, without an id',
    () => candidate.session.sessions.current.query({ sessionId: 'none' }),
    'INVALID_INPUT',
  ],
]

describe('a caller who goes on without end is refused, whatever the calls came to', () => {
  test.each(CALLS)('%s', async (_, call, code) => {
    user = await signedInUser(app)
    member = await memberOf(app, { role: 'reviewer' })
    candidate = await candidateOf(app)
    await spend(call, code)
    await errorOf(call(), 'RATE_LIMITED')
    // Nobody else pays for it.
    await (await signedInUser(app)).api.auth.me.query()
  })

  test('a device that is logged out', async () => {
    const { api, authSessionId } = await signedInUser(app)
    await app.db.sql`update auth_sessions set revoked_at = now() where id = ${authSessionId}`
    await spend(() => api.auth.me.query(), 'UNAUTHENTICATED')
    await errorOf(api.auth.me.query(), 'RATE_LIMITED')
  })
})

test('calls with tokens that are refused, or with none, are counted by address; good tokens from there go on', async () => {
  const { sessionId, signals } = await candidateOf(app)
  const good = await signedInUser(app)
  await errorOf(app.client().auth.me.query(), 'UNAUTHENTICATED')
  await errorOf(app.client(`${good.token}x`).companies.get.query({ companyId: STRANGE }), 'UNAUTHENTICATED')
  await errorOf(signals.sessions.current.query({ sessionId }), 'UNAUTHENTICATED')
  for (const api of [app.client(), app.client('nonsense')]) {
    expect((await errorOf(api.auth.me.query(), 'RATE_LIMITED')).details.retryAfterSeconds).toBeGreaterThan(0)
  }
  await good.api.auth.me.query()
})

test('calls that need no account are counted by address', async () => {
  const token = 'x'.repeat(43)
  const read = () => app.client().sessions.readInvitation.mutate({ token })
  await spend(read, 'LINK_INVALID')
  await errorOf(read(), 'RATE_LIMITED')
  const refresh = () => app.client().auth.refresh.mutate({})
  await spend(refresh)
  await errorOf(refresh(), 'RATE_LIMITED')
})
