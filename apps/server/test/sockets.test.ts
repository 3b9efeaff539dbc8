import { createTestClock } from '@viva/api/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../src/limits.ts'
import { newKey, newPerson, type SmallCompany, smallCompany } from './stage/company.ts'
import { type LocalServer, startLocalServer } from './stage/local-server.ts'
import { codeOf, openRawSocket, type RawSocket, type SocketMessage } from './stage/raw-socket.ts'
import { type Claimed, claimedSession } from './stage/sitting.ts'

const APP = 'https://app.example.com'
/** Longer than any test: what ends a socket is what the test does, however long the machine stands still. */
const NEVER_MS = 3_600_000
/** No socket here answers pings, unless its test says so. */
const PATIENT = { helloMs: NEVER_MS, pingMs: NEVER_MS }

let stage: LocalServer
let company: SmallCompany

beforeAll(async () => {
  stage = await startLocalServer({
    env: { VIVA_CORS_ORIGINS: APP },
    limits: { ...PATIENT, messageBurst: 60, messagesPerSecond: 1 },
    hubSweepMs: NEVER_MS,
  })
  company = await smallCompany(stage.url)
})

afterAll(async () => stage?.[Symbol.asyncDispose]())

const claim = (): Promise<Claimed> =>
  claimedSession(stage.url, {
    inviter: company.members.admin.api,
    companyId: company.id,
    interviewId: company.interviewId,
  })

const isData = ({ result }: SocketMessage): boolean => result?.type === 'data'
const answerTo = (id: number) => (message: SocketMessage) =>
  message.id === id && (message.error !== undefined || message.result?.type === 'data')

/** A socket that follows its session's events. */
async function follow(candidate: Claimed, url = stage.url): Promise<RawSocket> {
  const raw = await openRawSocket(url, { tokens: [candidate.tokens.wst] })
  raw.subscribe(1, 'sessions.events', { sessionId: candidate.sessionId })
  await raw.message(isData)
  return raw
}

describe('the upgrade', () => {
  test('is refused to pages of a foreign origin', async () => {
    for (const origin of ['https://evil.example.net', 'null', `${APP}.evil.example.net`]) {
      await expect(openRawSocket(stage.url, { headers: { origin } })).rejects.toThrow('refused with 403')
    }
  })

  test('is open to listed pages and to programs', async () => {
    using page = await openRawSocket(stage.url, { headers: { origin: APP } })
    using program = await openRawSocket(stage.url)
    expect([page.socket.readyState, program.socket.readyState]).toEqual([1, 1])
  })

  test('has one path', async () => {
    await expect(openRawSocket(stage.url, { path: '/elsewhere' })).rejects.toThrow('refused with 404')
  })

  test('is refused beyond the number of sockets that one address may have, and a closed one gives its place back', async () => {
    await using small = await startLocalServer({
      env: { VIVA_MAX_SOCKETS_PER_ADDRESS: '2', VIVA_TRUST_PROXY: '0' },
    })
    using first = await openRawSocket(small.url)
    using _second = await openRawSocket(small.url)
    await expect(openRawSocket(small.url)).rejects.toThrow('refused with 429')
    first.socket.close()
    await first.closed()
    await expect
      .poll(async () => {
        using third = await openRawSocket(small.url)
        return third.socket.readyState
      })
      .toBe(1)
  })
})

describe('tokens', () => {
  test('of another session are refused', async () => {
    const [mine, theirs] = [await claim(), await claim()]
    using raw = await openRawSocket(stage.url, { tokens: [mine.tokens.wst] })
    raw.subscribe(1, 'sessions.events', { sessionId: theirs.sessionId })
    expect(codeOf(await raw.message(answerTo(1)))).toBe('FORBIDDEN')
  })

  test('of another kind are refused', async () => {
    const mine = await claim()
    using raw = await openRawSocket(stage.url, { tokens: [mine.tokens.ist] })
    raw.subscribe(1, 'sessions.events', { sessionId: mine.sessionId })
    expect(codeOf(await raw.message(answerTo(1)))).toBe('UNAUTHENTICATED')
  })

  test.each([
    ['promised and never shown', null],
    ['never promised', undefined],
    ['that are garbage', ['garbage', 'a.b.c']],
  ])('%s: the socket is closed after the deadline, and not before', async (_name, tokens) => {
    await using hasty = await startLocalServer({ database: stage.database, limits: { helloMs: 250 } })
    const options = tokens === undefined ? {} : { tokens }
    using patient = await openRawSocket(stage.url, options)
    using raw = await openRawSocket(hasty.url, options)
    expect(await raw.closed()).toBe(4408)
    expect(patient.socket.readyState).toBe(1)
  })

  test('may come in the Authorization header, where a program can set one', async () => {
    const mine = await claim()
    using raw = await openRawSocket(stage.url, { headers: { authorization: `Bearer ${mine.tokens.wst}` } })
    raw.subscribe(1, 'sessions.events', { sessionId: mine.sessionId })
    expect(codeOf(await raw.message(answerTo(1)))).toBeUndefined()
  })

  test('of a device that is revoked close its socket by notification, on every instance', async () => {
    await using other = await startLocalServer({
      database: stage.database,
      limits: PATIENT,
      hubSweepMs: NEVER_MS,
    })
    const person = await newPerson(stage.url)
    const grant = await person.api.sessions.createOpen.mutate({
      interviewId: company.interviewId,
      idempotencyKey: newKey(),
    })
    const watch = async (url: string): Promise<RawSocket> => {
      const raw = await openRawSocket(url, { tokens: [grant.tokens.wst] })
      raw.subscribe(1, 'sessions.events', { sessionId: grant.session.id })
      await raw.message(isData)
      return raw
    }
    // The tokens name the address that signed them, so the other instance must go by the same one.
    other.server.ctx.config.publicUrl = stage.server.url
    using here = await watch(stage.url)
    using there = await watch(other.url)
    const closed = Promise.all([here.closed(), there.closed()])
    await person.api.auth.logOutEverywhere.mutate({})
    expect(await closed).toEqual([4401, 4401])
  })

  test('that expire close the socket within 1 s', async () => {
    expect(DEFAULT_LIMITS.expirySweepMs).toBeLessThan(1000)
    const clock = createTestClock()
    await using timed = await startLocalServer({ limits: PATIENT, overrides: { clock } })
    const { members, id, interviewId } = await smallCompany(timed.url)
    const candidate = await claimedSession(timed.url, {
      inviter: members.admin.api,
      companyId: id,
      interviewId,
    })
    using raw = await follow(candidate, timed.url)
    clock.advance(14 * 60_000)
    using second = await follow(candidate, timed.url)
    clock.advance(61_000)
    expect(await Promise.all([raw.closed(), second.closed()])).toEqual([4401, 4401])
    using late = await openRawSocket(timed.url, { tokens: [candidate.tokens.wst] })
    expect(await late.closed()).toBe(4401)
  })
})

describe('messages', () => {
  test('beyond the budget close the socket', async () => {
    using raw = await follow(await claim())
    for (let n = 0; n < 100; n++) raw.socket.send('PING')
    expect(await raw.closed()).toBe(1008)
  })

  test('beyond 1 MB close the socket', async () => {
    using raw = await follow(await claim())
    raw.socket.send('x'.repeat(1_000_001))
    expect(await raw.closed()).toBe(1009)
  })

  test('that are no JSON, no text, or no message are answered and do no harm', async () => {
    using raw = await follow(await claim())
    for (const sent of ['{', '[]', 'null', '[null]', '{"id":{},"method":"subscription"}', '"text"'])
      raw.socket.send(sent)
    raw.socket.send(Buffer.from([1, 2, 3]))
    raw.subscribe(2, 'no.such', {})
    expect(codeOf(await raw.message(answerTo(2)))).toBe('NOT_FOUND')
    expect(raw.socket.readyState).toBe(1)
  })
})

describe('calls', () => {
  test('are refused: queries and mutations go over HTTP', async () => {
    using raw = await follow(await claim())
    raw.send({ id: 5, method: 'query', params: { path: 'auth.me' } })
    raw.send({ id: 6, method: 'mutation', params: { path: 'auth.logOut', input: {} } })
    expect(codeOf(await raw.message(answerTo(5)))).toBe('INVALID_INPUT')
    expect(codeOf(await raw.message(answerTo(6)))).toBe('INVALID_INPUT')
  })

  test('1,000 log-ins over a socket reach no password, as a batch or one by one', async () => {
    using raw = await follow(await claim())
    const call = (id: number) => ({
      id,
      method: 'mutation',
      params: { path: 'auth.logIn', input: { email: company.members.admin.email, password: 'wrong' } },
    })
    raw.send(Array.from({ length: 1000 }, (_, n) => call(n + 10)))
    raw.send(Array.from({ length: 10 }, (_, n) => call(n + 2000)))
    expect(codeOf(await raw.message(answerTo(2000)))).toBe('INVALID_INPUT')
    for (let n = 0; n < 1000; n++) raw.send(call(n + 3000))
    expect(await raw.closed()).toBe(1008)
    expect(raw.messages.map(codeOf)).not.toContain('INVALID_CREDENTIALS')
    expect(raw.messages.map(codeOf)).not.toContain('RATE_LIMITED')
  })
})

describe('subscriptions', () => {
  test('are at most 20 to a socket; one that stops makes room, and a repeated id does not', async () => {
    const candidate = await claim()
    using raw = await follow(candidate)
    const input = { sessionId: candidate.sessionId }
    for (let id = 2; id <= 19; id++) raw.subscribe(id, 'sessions.events', input)
    await raw.message(answerTo(19))
    const before = raw.messages.length
    raw.subscribe(3, 'sessions.events', input)
    await raw.message(
      (message) => raw.messages.indexOf(message) >= before && codeOf(message) === 'INVALID_INPUT',
    )
    raw.subscribe(20, 'sessions.events', input)
    expect(codeOf(await raw.message(answerTo(20)))).toBeUndefined()
    raw.subscribe(21, 'sessions.events', input)
    expect(codeOf(await raw.message(answerTo(21)))).toBe('RATE_LIMITED')
    raw.send({ id: 2, method: 'subscription.stop' })
    await raw.message(({ id, result }) => id === 2 && result?.type === 'stopped')
    raw.subscribe(23, 'sessions.events', input)
    expect(codeOf(await raw.message(answerTo(23)))).toBeUndefined()
  })
})

describe('silence', () => {
  test('ends a socket that does not answer pings, and not one that does', async () => {
    // An answer may be as late as the machine makes it, so the time for it is the length of this test.
    await using quick = await startLocalServer({ limits: { helloMs: NEVER_MS, pingMs: 100, pongMs: 8000 } })
    using silent = await openRawSocket(quick.url)
    using lively = await openRawSocket(quick.url)
    lively.socket.on('message', (data) => {
      if (String(data) === 'PING') lively.socket.send('PONG')
    })
    expect(await silent.closed()).toBe(1006)
    expect(silent.pings()).toBe(1)
    const answered = lively.pings()
    await expect.poll(() => lively.pings()).toBeGreaterThan(answered + 5)
    expect(lively.socket.readyState).toBe(1)
  })
})
