import { startTestApp, type TestApp } from '@viva/api/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Channel, Stream } from './channel.ts'
import { createEventFeed } from './event-feed.ts'
import type { SessionEvent } from './index.ts'
import { startProxy } from './testing/proxy.ts'
import { recordingFetch } from './testing/recording-fetch.ts'
import { append, collect, upTo } from './testing/session-log.ts'
import { type Company, newCompany, quickViva, sitDown } from './testing/stage.ts'

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

describe('resuming', () => {
  test('two thousand events over a connection that is cut twenty times: none lost, doubled or reordered', async () => {
    await using proxy = await startProxy(app.url)
    const viva = quickViva({ url: proxy.url })
    const session = await sitDown(viva, company)
    const heard: number[] = []
    session.on('*', ({ seq }) => heard.push(seq))
    const reader = collect(session, 2000)
    let opened = 0
    session.onConnection((status) => {
      if (status === 'open') opened += 1
    })

    const cuts = new Set<number>()
    while (cuts.size < 20) cuts.add(Math.floor(Math.random() * 98))
    let last = 0
    let cut = 0
    for (let batch = 0; last < 2000; batch += 1) {
      const isCut = cuts.has(batch)
      if (isCut) await expect.poll(() => opened, { interval: 5 }).toBe(cut + 1)
      last = (await append(app, session.id, 20)).at(-1) ?? 0
      if (!isCut) continue
      // While the events are on their way.
      proxy.cut()
      cut += 1
    }
    const seqs = await reader
    expect(seqs).toEqual(upTo(seqs.length))
    await expect.poll(() => heard.length).toBe(last)
    expect(heard).toEqual(upTo(last))
    expect(cut).toBe(20)
    viva.close()
  })

  test('tokens that are over when the connection comes back are renewed unseen', async () => {
    await using proxy = await startProxy(app.url)
    const { fetch, count } = recordingFetch()
    const viva = quickViva({ url: proxy.url, fetch })
    const session = await sitDown(viva, company)
    const heard: number[] = []
    session.on('*', ({ seq }) => heard.push(seq))
    await expect.poll(() => session.connection).toBe('open')
    app.clock.advance(TOKEN_LIFE_MS)
    proxy.cut()
    const last = (await append(app, session.id, 3)).at(-1) ?? 0
    await expect.poll(() => heard.at(-1)).toBe(last)
    expect(heard).toEqual(upTo(last))
    expect(count('auth.refresh')).toBe(1)
    viva.close()
  })

  test('a socket that the server closes with 4401 comes back with fresh tokens', async () => {
    const { fetch, count } = recordingFetch()
    const viva = quickViva({ url: app.url, fetch })
    const session = await sitDown(viva, company)
    const heard: number[] = []
    session.on('*', ({ seq }) => heard.push(seq))
    await expect.poll(() => session.connection).toBe('open')
    app.cutSockets(4401)
    await expect.poll(() => count('sessions.refreshTokens')).toBe(1)
    const last = (await append(app, session.id, 3)).at(-1) ?? 0
    await expect.poll(() => heard.at(-1)).toBe(last)
    expect(heard).toEqual(upTo(last))
    viva.close()
  })

  test('a connection that broke without a word is opened anew', async () => {
    await using proxy = await startProxy(app.url)
    const viva = quickViva({ url: proxy.url, silenceMs: 300 })
    const session = await sitDown(viva, company)
    const heard: number[] = []
    session.on('*', ({ seq }) => heard.push(seq))
    await expect.poll(() => session.connection).toBe('open')
    proxy.freeze()
    // Sooner than after half a minute, the default.
    await expect.poll(() => session.connection, { timeout: 20_000 }).not.toBe('open')
    proxy.thaw()
    // What was opened while nothing passed stays dead.
    proxy.cut()
    const last = (await append(app, session.id, 1)).at(-1) ?? 0
    await expect.poll(() => heard.at(-1)).toBe(last)
    expect(heard).toEqual(upTo(last))
    viva.close()
  })
})

describe('readers', () => {
  test('each gets every event after its own start, late ones too, over one subscription', async () => {
    await using proxy = await startProxy(app.url)
    const viva = quickViva({ url: proxy.url })
    const session = await sitDown(viva, company)
    const last = (await append(app, session.id, 10)).at(-1) ?? 0
    expect(await collect(session, last)).toEqual(upTo(last))
    const off = session.on('*', () => undefined)
    await expect.poll(() => session.connection).toBe('open')
    const before = proxy.connections()
    const late: number[] = []
    session.on('*', ({ seq }) => late.push(seq))
    const [all, some] = await Promise.all([collect(session, last), collect(session, last, last - 3)])
    expect(all).toEqual(upTo(last))
    expect(some).toEqual([last - 2, last - 1, last])
    expect(late).toEqual(upTo(last))
    expect(proxy.connections()).toBe(before)
    off()
    viva.close()
  })

  test('a listener hears its type alone, and one that throws does not keep others from hearing', async () => {
    const errors: unknown[] = []
    const viva = quickViva({ url: app.url, onError: (error) => errors.push(error) })
    const session = await sitDown(viva, company)
    const failure = new Error('a listener that fails')
    const events: SessionEvent[] = []
    session.on('question.asked', () => {
      throw failure
    })
    session.on('question.asked', (event) => events.push(event))
    const question = await session.nextQuestion()
    await expect.poll(() => events.length).toBe(1)
    expect(events[0]).toMatchObject({ type: 'question.asked', payload: { questionId: question?.id } })
    expect(errors).toEqual([failure])
    viva.close()
  })

  test('iteration ends when its signal aborts, on return, and on close', async () => {
    const viva = quickViva({ url: app.url })
    const session = await sitDown(viva, company)
    const controller = new AbortController()
    const ended = Promise.all([
      collect({ events: () => session.events({ signal: controller.signal }) }, 1_000_000),
      collect(session, 1_000_000),
    ])
    const iterator = session.events({ after: 1_000_000 })
    const waiting = iterator.next()
    await expect.poll(() => session.connection).toBe('open')
    await iterator.return?.()
    expect(await waiting).toEqual({ done: true, value: undefined })
    controller.abort()
    session.close()
    expect((await ended).map((seqs) => seqs.length > 0)).toEqual([true, true])
    viva.close()
  })

  test('the clock of the server is known', async () => {
    const viva = quickViva({ url: app.url })
    const session = await sitDown(viva, company)
    const away = session.serverNow().getTime() - app.clock.now().getTime()
    expect(Math.abs(away)).toBeLessThan(1000)
    viva.close()
  })
})

test('an event that comes twice is told once, whoever repeated it', () => {
  const streams: Stream[] = []
  const channel: Channel = {
    follow(stream) {
      streams.push(stream)
      return () => undefined
    },
    status: () => 'open',
    onStatus: () => () => undefined,
    close: () => undefined,
  }
  const input = { sessionId: 'any' }
  const feed = createEventFeed({ channel, path: 'sessions.events', input, report: () => undefined })
  const heard: number[] = []
  feed.on('*', ({ seq }) => heard.push(seq))
  const batch = (...seqs: number[]) => ({ events: seqs.map((seq) => ({ seq })), head: 9, at: '' })
  for (const data of [batch(1, 2), batch(2, 3), batch(1), batch(4, 6)]) streams[0]?.onData(data)
  expect(heard).toEqual([1, 2, 3, 4, 6])
})

describe('monitoring', () => {
  test('a member sees what the candidate does not, and two sessions share one connection', async () => {
    await using proxy = await startProxy(app.url)
    const candidate = quickViva({ url: app.url })
    const [first, second] = [
      await sitDown(candidate, company),
      await sitDown(quickViva({ url: app.url }), company),
    ]
    const viva = quickViva({ url: proxy.url })
    await viva.logIn(company.account)
    const feeds = [first, second].map(({ id: sessionId }) =>
      viva.monitor({ companyId: company.companyId, sessionId }),
    )
    const types: string[][] = [[], []]
    feeds.forEach((feed, index) => {
      feed.on('*', ({ type }) => types[index]?.push(type))
    })
    await first.nextQuestion()
    await expect.poll(() => types[0]).toContain('question.asked')
    await expect.poll(() => types[1]).toContain('session.claimed')
    expect(proxy.seen('pgrade: websocket')).toBe(1)
    for (const feed of feeds) feed.close()
    await expect.poll(() => feeds[0]?.connection).toBe('closed')
    for (const each of [viva, candidate]) each.close()
  })

  test('ends with the sign-out of the member, before anybody hears of it', async () => {
    const candidate = quickViva({ url: app.url })
    const { id: sessionId } = await sitDown(candidate, company)
    const viva = quickViva({ url: app.url })
    await viva.logIn(company.account)
    const feed = viva.monitor({ companyId: company.companyId, sessionId })
    const heard: number[] = []
    feed.on('*', ({ seq }) => heard.push(seq))
    await expect.poll(() => heard.length).toBeGreaterThan(3)
    const events = feed.events({ after: heard.length })
    const next = events.next()
    await viva.logOut()
    expect((await next).done).toBe(true)
    await append(app, sessionId, 1)
    const again = viva.monitor({ companyId: company.companyId, sessionId })
    await viva.logIn(company.account)
    const seen: number[] = []
    again.on('*', ({ seq }) => seen.push(seq))
    await expect.poll(() => seen.length).toBeGreaterThan(heard.length)
    expect(seen.slice(0, heard.length)).toEqual(heard)
    for (const each of [viva, candidate]) each.close()
  })

  test('that found nobody signed in goes on once somebody is', async () => {
    const candidate = quickViva({ url: app.url })
    const { id: sessionId } = await sitDown(candidate, company)
    const errors: unknown[] = []
    const viva = quickViva({ url: app.url, onError: (error) => errors.push(error) })
    const feed = viva.monitor({ companyId: company.companyId, sessionId })
    const heard: number[] = []
    feed.on('*', ({ seq }) => heard.push(seq))
    await expect.poll(() => errors).toMatchObject([{ code: 'UNAUTHENTICATED' }])
    await viva.logIn(company.account)
    await expect.poll(() => heard.length).toBeGreaterThan(3)
    for (const each of [viva, candidate]) each.close()
  })
})
