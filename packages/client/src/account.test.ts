import { startTestApp, type TestApp } from '@viva/api/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isVivaError, memoryStorage, type User, type VivaOptions } from './index.ts'
import { startProxy } from './testing/proxy.ts'
import { cookieFetch, recordingFetch } from './testing/recording-fetch.ts'
import { append } from './testing/session-log.ts'
import { newCompany, quickViva, signedUp, sitDown } from './testing/stage.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app?.close())

/** Longer than an access token lives. */
const TOKEN_LIFE_MS = 601_000

async function codeOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  )
  return isVivaError(error) ? error.code : `no VivaError: ${String(error)}`
}

describe('refreshing', () => {
  test('fifty calls at once with a token that is over make one refresh, and all succeed', async () => {
    const { fetch, count } = recordingFetch()
    const viva = quickViva({ url: app.url, fetch })
    const user = await signedUp(viva)
    app.clock.advance(TOKEN_LIFE_MS)
    const answers = await Promise.all(Array.from({ length: 50 }, () => viva.api.auth.me.query()))
    expect(answers.every(({ id }) => id === user.id)).toBe(true)
    expect(count('auth.refresh')).toBe(1)
    await viva.api.auth.me.query()
    expect(count('auth.refresh')).toBe(1)
  })

  test('an answer that was lost is asked for again, and the device stays signed in', async () => {
    await using proxy = await startProxy(app.url)
    const viva = quickViva({ url: proxy.url })
    await signedUp(viva)
    app.clock.advance(TOKEN_LIFE_MS)
    const lost = proxy.loseAnswerTo('POST /trpc/auth.refresh')
    const [me] = await Promise.all([viva.api.auth.me.query(), lost])
    expect(me.id).toBe(viva.user?.id)
    expect(proxy.seen('POST /trpc/auth.refresh')).toBe(2)
  })

  test('two clients over one storage that refresh at once both stay signed in', async () => {
    const storage = memoryStorage()
    const first = quickViva({ url: app.url, storage })
    await signedUp(first)
    const second = quickViva({ url: app.url, storage })
    for (let round = 0; round < 3; round += 1) {
      app.clock.advance(TOKEN_LIFE_MS)
      const [one, two] = await Promise.all([first.api.auth.me.query(), second.api.auth.me.query()])
      expect(one.id).toBe(two.id)
    }
  })

  test('a device that was signed out elsewhere says so once, and forgets its user', async () => {
    const viva = quickViva({ url: app.url })
    await signedUp(viva)
    const users: (User | null)[] = []
    viva.onUser((user) => users.push(user))
    await app.db.sql`update auth_sessions set revoked_at = now() where user_id = ${viva.user?.id ?? ''}`
    const codes = await Promise.all(Array.from({ length: 5 }, () => codeOf(viva.api.auth.me.query())))
    expect(new Set(codes)).toEqual(new Set(['UNAUTHENTICATED']))
    expect(viva.user).toBeNull()
    expect(users).toEqual([null])
  })
})

describe('a reload', () => {
  test('finds the user again, without a password and without a call', async () => {
    const storage = memoryStorage()
    const user = await signedUp(quickViva({ url: app.url, storage }))
    const { fetch, count } = recordingFetch()
    const after = quickViva({ url: app.url, storage, fetch })
    expect(after.user).toBeNull()
    expect(await after.ready()).toEqual(user)
    expect(count('auth.refresh')).toBe(0)
    expect((await after.api.auth.me.query()).id).toBe(user.id)
    expect(count('auth.refresh')).toBe(1)
  })

  test('finds nobody in another storage', async () => {
    const viva = quickViva({ url: app.url })
    expect(await viva.ready()).toBeNull()
    expect(await codeOf(viva.api.auth.me.query())).toBe('UNAUTHENTICATED')
  })
})

describe('with cookies', () => {
  test('the refresh token is in no storage, and a reload finds the user by the cookie', async () => {
    const browser = cookieFetch()
    const storage = memoryStorage()
    const options = { url: app.url, fetch: browser.fetch, refreshTransport: 'cookie' as const, storage }
    const user = await signedUp(quickViva(options))
    const [token = ''] = browser.cookies.values()
    expect(token.length).toBeGreaterThan(40)
    const stored = await storage.getItem(`viva:${new URL(app.url).host}:account`)
    expect(JSON.parse(stored ?? '')).toMatchObject({ refreshToken: null })

    const after = quickViva({ ...options, storage: memoryStorage() })
    expect(await after.ready()).toEqual(user)
    expect([...browser.cookies.values()]).not.toContain(token)

    await after.logOut()
    expect(browser.cookies.size).toBe(0)
    expect(await quickViva({ ...options, storage: memoryStorage() }).ready()).toBeNull()
  })

  test('cookies go with the calls that need them alone, and every call is marked', async () => {
    const browser = cookieFetch()
    const viva = quickViva({ url: app.url, fetch: browser.fetch, refreshTransport: 'cookie' })
    await signedUp(viva)
    await viva.api.auth.me.query()
    expect(browser.inits('auth.logIn')[0]).toMatchObject({ credentials: 'include' })
    expect(browser.inits('auth.me')[0]).not.toHaveProperty('credentials')
    const headers = new Headers(browser.inits('auth.me')[0]?.headers)
    expect(headers.get('x-viva-client')).toBe('1')
  })

  test('a server that cannot be reached is not taken for nobody', async () => {
    const fetch = () => Promise.reject(new TypeError('fetch failed'))
    const viva = quickViva({ url: app.url, fetch, refreshTransport: 'cookie' })
    expect(await codeOf(viva.ready())).toBe('NETWORK')
  })
})

describe('another user who signs in elsewhere', () => {
  /** One tab has a session of its user open and another tab signs somebody else in; then the first renews its tokens. */
  async function takeOver(first: VivaOptions, second: VivaOptions) {
    const company = await newCompany(app)
    const [mine, other] = [quickViva(first), quickViva(second)]
    await signedUp(mine)
    const session = await sitDown(mine, company)
    const user = await signedUp(other)
    const told: { id: string | undefined; isSameHandle: boolean }[] = []
    mine.onUser((next) => told.push({ id: next?.id, isSameHandle: mine.session(session.id) === session }))
    app.clock.advance(TOKEN_LIFE_MS)
    const me = await mine.api.auth.me.query()
    expect(me.id).toBe(user.id)
    expect(mine.user).toEqual(user)
    // Who hears of it finds nothing of the user before.
    expect(told).toEqual([{ id: user.id, isSameHandle: false }])
    expect(mine.session(session.id).latest).toBeNull()
    expect(await codeOf(mine.session(session.id).current())).toBe('NOT_FOUND')
    for (const each of [mine, other, company.viva]) each.close()
  }

  test('does not send what the one before has begun', async () => {
    const company = await newCompany(app)
    const storage = memoryStorage()
    const { fetch, count } = recordingFetch()
    const mine = quickViva({ url: app.url, storage, fetch })
    const other = quickViva({ url: app.url, storage })
    await signedUp(mine)
    await mine.api.auth.me.query()
    await signedUp(other)
    app.clock.advance(TOKEN_LIFE_MS)
    const name = `Not theirs ${crypto.randomUUID()}`
    const create = () => mine.api.companies.create.mutate({ name, idempotencyKey: crypto.randomUUID() })
    expect(await codeOf(create())).toBe('ABORTED')
    expect(await app.db.sql`select 1 from companies where name = ${name}`).toHaveLength(0)
    // The first try bore the token of the user before, and was refused; nothing went out with the other one's.
    expect(count('companies.create')).toBeLessThanOrEqual(1)
    await create()
    for (const each of [mine, other, company.viva]) each.close()
  })

  test('ends the streams that the one before has opened', async () => {
    const company = await newCompany(app)
    const viva = quickViva({ url: app.url })
    await signedUp(viva)
    const session = await sitDown(viva, company)
    const heard: unknown[] = []
    viva.api.sessions.events.subscribe({ sessionId: session.id }, { onData: (data) => heard.push(data) })
    await expect.poll(() => heard.length).toBeGreaterThan(0)
    await signedUp(viva)
    const before = heard.length
    await append(app, session.id, 3)
    await viva.api.auth.me.query()
    expect(heard).toHaveLength(before)
    for (const each of [viva, company.viva]) each.close()
  })

  test('in the same cookies is who is signed in here, too, and finds nothing of the one before', async () => {
    const { fetch } = cookieFetch()
    const options = { url: app.url, fetch, refreshTransport: 'cookie' as const }
    await takeOver(options, options)
  })

  test('in the same storage is who is signed in here, too, and finds nothing of the one before', async () => {
    const options = { url: app.url, storage: memoryStorage() }
    await takeOver(options, options)
  })

  test('after the server has signed the one before out finds nothing of theirs', async () => {
    const company = await newCompany(app)
    const viva = quickViva({ url: app.url })
    const before = await signedUp(viva)
    const session = await sitDown(viva, company)
    await app.db.sql`update auth_sessions set revoked_at = now() where user_id = ${before.id}`
    expect(await codeOf(viva.api.auth.me.query())).toBe('UNAUTHENTICATED')
    await signedUp(viva)
    expect(viva.session(session.id)).not.toBe(session)
    expect(await codeOf(viva.session(session.id).current())).toBe('NOT_FOUND')
    for (const each of [viva, company.viva]) each.close()
  })

  test('is asked for where what is kept does not say whose tokens they are, and once', async () => {
    const storage = memoryStorage()
    const user = await signedUp(quickViva({ url: app.url, storage }))
    const key = `viva:${new URL(app.url).host}:account`
    const { authSessionId, ...old } = JSON.parse((await storage.getItem(key)) ?? '')
    storage.setItem(key, JSON.stringify(old))
    let losses = 1
    const { fetch, count } = recordingFetch((url, init, next) => {
      if (!url.includes('auth.me') || losses === 0) return next(url, init)
      losses -= 1
      return Promise.reject(new TypeError('fetch failed'))
    })
    const viva = quickViva({ url: app.url, storage, fetch })
    expect(await viva.ready()).toEqual(user)
    expect(await codeOf(viva.api.auth.devices.query())).toBe('NETWORK')
    // Longer than the server gives the same successor again: the one that came before must have been kept.
    app.clock.advance(TOKEN_LIFE_MS)
    await viva.api.auth.devices.query()
    expect(viva.user).toEqual(user)
    expect(JSON.parse((await storage.getItem(key)) ?? '')).toMatchObject({ authSessionId })
    app.clock.advance(TOKEN_LIFE_MS)
    await viva.api.auth.devices.query()
    expect(count('auth.me')).toBe(2)
    viva.close()
  })

  test('is the same user with other tokens: what is open stays open', async () => {
    const company = await newCompany(app)
    const { fetch } = cookieFetch()
    const options = { url: app.url, fetch, refreshTransport: 'cookie' as const }
    const [mine, other] = [quickViva(options), quickViva(options)]
    const account = { email: 'two-tabs@example.com', password: 'correct horse battery' }
    await signedUp(mine, account)
    const session = await sitDown(mine, company)
    await other.logIn(account)
    const users: (User | null)[] = []
    mine.onUser((user) => users.push(user))
    app.clock.advance(TOKEN_LIFE_MS)
    await mine.api.auth.me.query()
    expect(users).toEqual([])
    expect(mine.session(session.id)).toBe(session)
    for (const each of [mine, other, company.viva]) each.close()
  })
})

describe('logging out', () => {
  test('ends the device on the server and here', async () => {
    const storage = memoryStorage()
    const viva = quickViva({ url: app.url, storage })
    await signedUp(viva)
    await viva.logOut()
    expect(viva.user).toBeNull()
    expect(await quickViva({ url: app.url, storage }).ready()).toBeNull()
    expect(await codeOf(viva.api.auth.me.query())).toBe('UNAUTHENTICATED')
  })

  test('forgets the tokens also where the server cannot be told', async () => {
    await using proxy = await startProxy(app.url)
    const storage = memoryStorage()
    const viva = quickViva({ url: proxy.url, storage })
    await signedUp(viva)
    proxy.down()
    expect(await codeOf(viva.logOut())).toBe('NETWORK')
    expect(viva.user).toBeNull()
    expect(await storage.getItem(`viva:${new URL(proxy.url).host}:account`)).toBeNull()
  })

  test('that the server could not be told of holds over a reload, and is told then', async () => {
    await using proxy = await startProxy(app.url)
    const { fetch } = cookieFetch()
    const options = { url: proxy.url, fetch, storage: memoryStorage(), refreshTransport: 'cookie' as const }
    const viva = quickViva(options)
    const user = await signedUp(viva)
    proxy.down()
    expect(await codeOf(viva.logOut())).toBe('NETWORK')
    const offline = quickViva(options)
    expect(await codeOf(offline.ready())).toBe('NETWORK')
    proxy.up()
    expect(await offline.ready()).toBeNull()
    const live = await app.db.sql`
      select 1 from auth_sessions where user_id = ${user.id} and revoked_at is null`
    expect(live).toHaveLength(0)
    expect(await quickViva(options).ready()).toBeNull()
  })

  test('that the server could not be told of is told once, also where the cookie is gone by then', async () => {
    await using proxy = await startProxy(app.url)
    const storage = memoryStorage()
    const options = { url: proxy.url, storage, refreshTransport: 'cookie' as const }
    const viva = quickViva({ ...options, fetch: cookieFetch().fetch })
    await signedUp(viva)
    proxy.down()
    expect(await codeOf(viva.logOut())).toBe('NETWORK')
    proxy.up()
    const { fetch, count } = recordingFetch()
    for (let load = 0; load < 2; load += 1) {
      expect(await quickViva({ ...options, fetch }).ready()).toBeNull()
    }
    expect(count('auth.logOut')).toBe(1)
  })

  test('everywhere ends every device', async () => {
    const viva = quickViva({ url: app.url })
    const account = { email: 'everywhere@example.com', password: 'correct horse battery' }
    await viva.signUp({ ...account, name: 'Ada' })
    await viva.logIn(account)
    const other = quickViva({ url: app.url })
    await other.logIn(account)
    await viva.logOutEverywhere()
    expect(await codeOf(other.api.auth.me.query())).toBe('UNAUTHENTICATED')
  })
})

describe('calls', () => {
  test('reject with the error of the server, its details and its request id', async () => {
    const viva = quickViva({ url: app.url })
    const error: unknown = await viva
      .logIn({ email: 'nobody@example.com', password: 'wrong password' })
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'INVALID_CREDENTIALS', details: {}, retryable: false })
    expect(isVivaError(error) && error.requestId).toMatch(/^[0-9a-f-]{36}$/)
    const invalid: unknown = await viva
      .signUp({ email: 'no address', password: 'correct horse battery', name: 'Ada' })
      .catch((reason: unknown) => reason)
    expect(isVivaError(invalid, 'INVALID_INPUT') && invalid.details.issues[0]?.path).toBe('email')
  })

  test('end when their signal aborts', async () => {
    const viva = quickViva({ url: app.url })
    await signedUp(viva)
    const controller = new AbortController()
    const call = viva.api.auth.me.query(undefined, { signal: controller.signal })
    controller.abort()
    expect(await codeOf(call)).toBe('ABORTED')
  })

  test('a page instead of an answer is PROTOCOL, and a gateway that is down is NETWORK', async () => {
    const page = (status: number) =>
      quickViva({ url: app.url, fetch: async () => new Response('<html>', { status }) })
    const account = { email: 'ada@example.com', password: 'correct horse battery' }
    expect(await codeOf(page(200).logIn(account))).toBe('PROTOCOL')
    expect(await codeOf(page(502).logIn(account))).toBe('NETWORK')
  })

  test('after close reject with ABORTED', async () => {
    const viva = quickViva({ url: app.url })
    viva.close()
    expect(await codeOf(viva.api.auth.me.query())).toBe('ABORTED')
  })
})
