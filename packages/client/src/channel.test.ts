import { startTestApp, type TestApp } from '@viva/api/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ConnectionStatus, isVivaError } from './index.ts'
import { startProxy } from './testing/proxy.ts'
import { append, collect, upTo } from './testing/session-log.ts'
import { type Company, newCompany, quickViva, signedUp, sitDown } from './testing/stage.ts'

let app: TestApp
let company: Company
beforeAll(async () => {
  app = await startTestApp()
  company = await newCompany(app)
})
afterAll(async () => {
  company?.viva.close()
  await app?.close()
})

/** Longer than a scoped token lives. */
const TOKEN_LIFE_MS = 901_000

describe('without WebSockets', () => {
  test('live events come as server-sent events, and resume like any others', async () => {
    await using proxy = await startProxy(app.url)
    const viva = quickViva({ url: proxy.url, WebSocket: null })
    const session = await sitDown(viva, company)
    const heard: number[] = []
    session.on('*', ({ seq }) => heard.push(seq))
    await expect.poll(() => session.connection).toBe('open')
    let last = 0
    for (let batch = 0; batch < 10; batch += 1) {
      const isCut = batch % 3 === 0
      if (isCut) await expect.poll(() => session.connection).toBe('open')
      last = (await append(app, session.id, 20)).at(-1) ?? 0
      if (isCut) proxy.cut()
    }
    await expect.poll(() => heard.at(-1)).toBe(last)
    expect(heard).toEqual(upTo(last))
    expect(proxy.seen('GET /trpc/sessions.events')).toBeGreaterThan(3)
    // It goes on after what came, instead of from the beginning.
    expect(proxy.seen('%22lastEventId%22%3A%22')).toBe(proxy.seen('GET /trpc/sessions.events') - 1)
    // Addresses end up in logs; tokens must not.
    expect(proxy.seen('connectionParams')).toBe(0)
    viva.close()
  })

  test('a network that lets no socket through is noticed', async () => {
    await using proxy = await startProxy(app.url)
    proxy.blockSockets()
    const viva = quickViva({ url: proxy.url })
    const session = await sitDown(viva, company)
    const last = (await append(app, session.id, 5)).at(-1) ?? 0
    expect(await collect(session, last)).toEqual(upTo(last))
    viva.close()
  })

  test('tokens that are over are renewed there, too', async () => {
    await using proxy = await startProxy(app.url)
    const viva = quickViva({ url: proxy.url, WebSocket: null })
    const session = await sitDown(viva, company)
    const heard: number[] = []
    session.on('*', ({ seq }) => heard.push(seq))
    await expect.poll(() => session.connection).toBe('open')
    app.clock.advance(TOKEN_LIFE_MS)
    proxy.cut()
    const last = (await append(app, session.id, 3)).at(-1) ?? 0
    await expect.poll(() => heard.at(-1)).toBe(last)
    viva.close()
  })
})

describe('the connection', () => {
  test('tells how it stands', async () => {
    await using proxy = await startProxy(app.url)
    const viva = quickViva({ url: proxy.url })
    const session = await sitDown(viva, company)
    const statuses: ConnectionStatus[] = []
    session.onConnection((status) => statuses.push(status))
    expect(session.connection).toBe('closed')
    const off = session.on('*', () => undefined)
    await expect.poll(() => session.connection).toBe('open')
    proxy.down()
    await expect.poll(() => session.connection).toBe('offline')
    proxy.up()
    await expect.poll(() => session.connection).toBe('open')
    off()
    await expect.poll(() => session.connection).toBe('closed')
    expect(statuses).toEqual(['connecting', 'open', 'reconnecting', 'offline', 'open', 'closed'])
    viva.close()
  })

  test('ends with an error where the user is signed out, and goes on after the next sign-in', async () => {
    const errors: unknown[] = []
    const viva = quickViva({ url: app.url, onError: (error) => errors.push(error) })
    const account = { email: 'comes.back@example.com', password: 'correct horse battery' }
    const user = await signedUp(viva, account)
    const session = await sitDown(viva, company)
    const heard: number[] = []
    session.on('*', ({ seq }) => heard.push(seq))
    const reader = collect(session, 1_000_000)
    await expect.poll(() => session.connection).toBe('open')

    await app.db.sql`update auth_sessions set revoked_at = now() where user_id = ${user.id}`
    app.cutSockets(4401)
    const error: unknown = await reader.catch((reason: unknown) => reason)
    expect(isVivaError(error, 'UNAUTHENTICATED')).toBe(true)
    expect(errors).toContain(error)
    await expect.poll(() => session.connection).toBe('closed')
    expect(viva.user).toBeNull()

    const last = (await append(app, session.id, 3)).at(-1) ?? 0
    await viva.logIn(account)
    await expect.poll(() => heard.at(-1)).toBe(last)
    expect(heard).toEqual(upTo(last))
    viva.close()
  })

  test('ends with an error where tokens are refused for good, instead of asking for ever', async () => {
    let asked = 0
    const viva = quickViva({
      url: app.url,
      fetch(request, init) {
        if (!String(request).includes('sessions.refreshTokens')) return fetch(request, init)
        asked += 1
        const refusal = {
          code: 'NOT_FOUND',
          message: 'There is no such session.',
          requestId: 'r1',
          details: {},
        }
        const error = { message: refusal.message, code: -32_004, data: { app: refusal } }
        return Promise.resolve(Response.json({ error }, { status: 404 }))
      },
    })
    const session = await sitDown(viva, company)
    const reader = collect(session, 1_000_000)
    await expect.poll(() => session.connection).toBe('open')
    app.clock.advance(TOKEN_LIFE_MS)
    app.cutSockets(4401)
    const error: unknown = await reader.catch((reason: unknown) => reason)
    expect(isVivaError(error, 'NOT_FOUND')).toBe(true)
    await expect.poll(() => session.connection).toBe('closed')
    expect(asked).toBe(1)
    viva.close()
  })
})
