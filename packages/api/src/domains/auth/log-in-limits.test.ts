import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPasswordHasher } from '../../core/password-hasher.ts'
import { createMemoryRateLimiter } from '../../core/rate-limiter.ts'
import { systemRandom } from '../../core/system.ts'
import { errorOf, startTestApp, type TestApp } from '../../testing/index.ts'
import { LOG_IN_PER_EMAIL, LOG_IN_PER_EMAIL_AND_IP, SIGN_UP_PER_EMAIL } from './limits.ts'
import { logIn } from './log-in.ts'
import { anEmail, countingHasher, makeAccount, PASSWORD } from './testing/accounts.ts'

const CHEAP = { memoryCost: 64, timeCost: 1, parallelism: 1 }
const hasher = countingHasher(createPasswordHasher({ random: systemRandom, cost: CHEAP, maxQueued: 1_000 }))
let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ overrides: { hasher, limiter: createMemoryRateLimiter() } })
})
afterAll(() => app.close())

/** How many of `calls` were answered with each code, and how many of them were hashed. */
async function outcomes(calls: () => Promise<unknown>[]) {
  const before = hasher.decoys.length
  const codes = await Promise.all(
    calls().map((call) =>
      call.then(
        () => 'ok',
        () => errorOf(call).then(({ code }) => code),
      ),
    ),
  )
  const count = (code: string) => codes.filter((found) => found === code).length
  return {
    hashed: hasher.decoys.length - before,
    wrong: count('INVALID_CREDENTIALS'),
    limited: count('RATE_LIMITED'),
    ok: count('ok'),
  }
}

const wrongLogIns = (email: string, times: number) => () =>
  Array.from({ length: times }, (_, index) =>
    app.client().auth.logIn.mutate({ email, password: `a wrong password ${index}` }),
  )

test('100 parallel wrong passwords get no more tries than the budget', async () => {
  const { email } = await makeAccount(app)
  const { points } = LOG_IN_PER_EMAIL_AND_IP
  expect(await outcomes(wrongLogIns(email, 100))).toEqual({
    hashed: points,
    wrong: points,
    limited: 100 - points,
    ok: 0,
  })
  const error = await errorOf(app.client().auth.logIn.mutate({ email, password: PASSWORD }), 'RATE_LIMITED')
  expect(error.details.retryAfterSeconds).toBeGreaterThan(0)
  expect(error.details.retryAfterSeconds).toBeLessThanOrEqual(LOG_IN_PER_EMAIL_AND_IP.seconds)
})

test('an unknown address is limited exactly as a known one', async () => {
  const { points } = LOG_IN_PER_EMAIL_AND_IP
  const email = anEmail()
  const answers = await outcomes(wrongLogIns(email, 30))
  expect(answers).toEqual({ hashed: points, wrong: points, limited: 30 - points, ok: 0 })
})

test('a hundred log-ins in HTTP batches count one by one', async () => {
  const { email } = await makeAccount(app)
  const api = app.client(undefined, { batch: true })
  const batches = Array.from({ length: 10 }, (_, batch) =>
    Promise.allSettled(
      Array.from({ length: 10 }, (_, index) =>
        api.auth.logIn.mutate({ email, password: `a wrong password ${batch} ${index}` }),
      ),
    ),
  )
  const before = hasher.decoys.length
  await Promise.all(batches)
  expect(hasher.decoys.length - before).toBeLessThanOrEqual(LOG_IN_PER_EMAIL_AND_IP.points)
})

test('a batch of 100 log-ins in one request is refused whole', async () => {
  const before = hasher.decoys.length
  const input = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [index, { email: anEmail(), password: PASSWORD }]),
  )
  const path = Array(100).fill('auth.logIn').join(',')
  const answer = await fetch(`${app.url}/trpc/${path}?batch=1`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  })
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(answer.status).toBeLessThan(500)
  expect(hasher.decoys.length).toBe(before)
})

// macOS has one loopback address unless it is told otherwise.
const hasManyAddresses = process.platform !== 'darwin'
test.runIf(hasManyAddresses)('one account is not tried without end from many addresses', async () => {
  const { email } = await makeAccount(app)
  const { points } = LOG_IN_PER_EMAIL
  const before = hasher.decoys.length
  const statuses = await Promise.all(
    Array.from({ length: 200 }, (_, index) => logInFrom(`127.0.1.${1 + (index % 40)}`, email)),
  )
  expect(statuses.filter((status) => status === 401)).toHaveLength(points)
  expect(statuses.filter((status) => status === 429)).toHaveLength(200 - points)
  expect(hasher.decoys.length - before).toBe(points)
})

test('a home with its 256 networks does not lock the owner of an account out', async () => {
  const { email } = await makeAccount(app)
  const before = hasher.decoys.length
  const tries = Array.from({ length: 256 }, (_, index) =>
    logIn({
      ctx: { ...app.ctx, request: { ...app.ctx.request, ip: `2001:db8:0:7${hexByte(index)}::1` } },
      input: { email, password: `a wrong password ${index}`, refreshTransport: 'body' },
    }),
  )
  const answers = await Promise.allSettled(tries)
  expect(answers.filter(({ status }) => status === 'rejected')).toHaveLength(256)
  expect(hasher.decoys.length - before).toBe(LOG_IN_PER_EMAIL_AND_IP.points)
  await app.client().auth.logIn.mutate({ email, password: PASSWORD })
})

const hexByte = (value: number) => value.toString(16).padStart(2, '0')

test('a success gives the tries back', async () => {
  const { email } = await makeAccount(app)
  const tries = LOG_IN_PER_EMAIL_AND_IP.points - 1
  for (let round = 0; round < 3; round += 1) {
    expect(await outcomes(wrongLogIns(email, tries))).toMatchObject({ wrong: tries, limited: 0 })
    await app.client().auth.logIn.mutate({ email, password: PASSWORD })
  }
})

test('the tries of one account are not those of another', async () => {
  const [one, other] = [await makeAccount(app), await makeAccount(app)]
  await outcomes(wrongLogIns(one.email, 30))
  await app.client().auth.logIn.mutate({ email: other.email, password: PASSWORD })
})

test('sign-ups of one address are limited, known or not', async () => {
  const { points } = SIGN_UP_PER_EMAIL
  const { email: known } = await makeAccount(app)
  for (const [email, spent] of [
    [known, 1],
    [anEmail(), 0],
  ] as const) {
    const results = await outcomes(() =>
      Array.from({ length: 20 }, () =>
        app.client().auth.signUp.mutate({ email, password: PASSWORD, name: 'Robin Example' }),
      ),
    )
    expect(results).toMatchObject({ ok: points - spent, limited: 20 - points + spent })
  }
})

test('a flood that fills the hashing queue is told to come back, and the queue empties again', async () => {
  const small = createPasswordHasher({ random: systemRandom, concurrency: 1, maxQueued: 2 })
  await using flooded = await startTestApp({ overrides: { hasher: small } })
  const calls = Array.from({ length: 30 }, () =>
    flooded.client().auth.logIn.mutate({ email: anEmail(), password: PASSWORD }),
  )
  const errors = await Promise.all(calls.map((call) => errorOf(call)))
  const refused = errors.filter((error) => error.code === 'OVERLOADED')
  expect(refused.length).toBeGreaterThan(0)
  for (const { details } of refused) expect(details.retryAfterSeconds).toBeGreaterThanOrEqual(1)
  expect(errors.filter(({ code }) => code === 'INVALID_CREDENTIALS').length).toBe(30 - refused.length)
  await makeAccount(flooded)
})

/** The status of a wrong log-in that comes from one of the machine's own addresses. */
function logInFrom(localAddress: string, email: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request(`${app.url}/trpc/auth.logIn`, {
      method: 'POST',
      localAddress,
      headers: { 'content-type': 'application/json' },
    })
    call.on('response', (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    call.on('error', reject)
    call.end(JSON.stringify({ email, password: 'a wrong password' }))
  })
}
