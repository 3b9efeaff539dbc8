import { setTimeout } from 'node:timers/promises'
import { createTestDatabase } from '@viva/db/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { EventBatch, SessionEvent } from '../../contract/index.ts'
import type { Bus } from '../../core/ports.ts'
import { mintToken } from '../../core/tokens.ts'
import { transaction } from '../../core/transaction.ts'
import { candidateOf, memberOf, startTestApp, type TestApp } from '../../testing/index.ts'
import { tamper } from '../../testing/session-log.ts'
import { streamEvents } from './event-stream.ts'
import { follow } from './testing/follow.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app?.close())

/** Appends `count` signals in transactions of random size; every seventh event is one that candidates do not see. */
async function append(to: TestApp, sessionId: string, count: number): Promise<void> {
  for (let left = count; left > 0; ) {
    const size = Math.min(left, 1 + Math.floor(Math.random() * 12))
    await transaction(to.ctx, (tx) =>
      tx.append(
        sessionId,
        Array.from({ length: size }, (_, index) => {
          if ((left - index) % 7 === 0) {
            return {
              type: 'policy.applied' as const,
              payload: { action: 'flag' as const, strikes: 1, severity: 'minor' as const },
            }
          }
          const signal = { clientSeq: left - index, clientTime: '2026-01-31T09:00:00.000Z' }
          return {
            type: 'signal.recorded' as const,
            payload: { ...signal, kind: 'tab_hidden' as const, details: {} },
          }
        }),
      ),
    )
    left -= size
  }
}

const range = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

async function stored(of: TestApp, sessionId: string, visible: boolean): Promise<number[]> {
  const rows = await of.db.sql<{ seq: number }[]>`
    select seq from session_events where session_id = ${sessionId}
      and (not ${visible} or type <> 'policy.applied') order by seq`
  return rows.map(({ seq }) => seq)
}

describe('resuming', () => {
  test('2,000 events with the connection cut 20 times arrive once each, in order', async () => {
    const candidate = await candidateOf(app)
    const member = await memberOf(app, { companyId: candidate.companyId })
    using own = follow(app.socket([candidate.tokens.wst]), (api, on) =>
      api.sessions.events.subscribe({ sessionId: candidate.sessionId }, on),
    )
    using whole = follow(app.socket([member.token]), (api, on) =>
      api.sessions.monitor.subscribe({ companyId: member.companyId, sessionId: candidate.sessionId }, on),
    )
    const appended = append(app, candidate.sessionId, 2000)
    for (let cut = 0; cut < 20; cut++) {
      await whole.seen(Math.floor((cut * 1900) / 20) + Math.floor(Math.random() * 40))
      // Fast writers would be done before the line is up again, and the cut would cut nothing.
      await expect.poll(() => whole.socket.opened()).toBeGreaterThan(cut)
      app.cutSockets()
    }
    await appended
    await Promise.all([whole.seen(2000), own.seen(2000)])
    expect(whole.events.map(({ seq }) => seq)).toEqual(range(2000))
    expect(own.events.map(({ seq }) => seq)).toEqual(await stored(app, candidate.sessionId, true))
    expect(whole.socket.opened()).toBeGreaterThanOrEqual(15)
  })

  test('nothing is lost between two instances over one database whose bus loses a third of the pokes', async () => {
    await using database = await createTestDatabase()
    const [busOne, busTwo] = lossyBus()
    await using one = await startTestApp({ database, bus: busOne })
    await using two = await startTestApp({ database, bus: busTwo })
    const candidate = await candidateOf(one)
    const member = await memberOf(one, { companyId: candidate.companyId })
    const { sessionId } = candidate
    const appended = Promise.all([append(one, sessionId, 1000), append(two, sessionId, 1000)])
    const events: SessionEvent[] = []
    let cursor = 0
    for (let cut = 0; cursor < 2000; cut++) {
      // Whichever instance answers next goes on from the cursor of the one before.
      const near = cut % 2 === 0 ? one : two
      // The issuer is the address that clients know; here each instance has its own.
      const socket = near.socket([near === one ? member.token : await tokenOn(two, member)])
      using stream = follow(socket, (api, on) =>
        api.sessions.monitor.subscribe(
          { companyId: member.companyId, sessionId, lastEventId: String(cursor) },
          on,
        ),
      )
      await stream.seen(Math.min(2000, cursor + 1 + Math.floor(Math.random() * 200)))
      events.push(...stream.events)
      cursor = stream.cursor()
    }
    await appended
    expect(events.map(({ seq }) => seq)).toEqual(range(2000))
  })
})

describe('a stream', () => {
  test('says at once where the log ends, also when there is nothing to tell', async () => {
    const candidate = await candidateOf(app)
    await append(app, candidate.sessionId, 3)
    using stream = follow(app.socket([candidate.tokens.wst]), (api, on) =>
      api.sessions.events.subscribe({ sessionId: candidate.sessionId, lastEventId: '3' }, on),
    )
    const batch: EventBatch = await stream.first()
    expect(batch).toMatchObject({ events: [], head: 3 })
    expect(Math.abs(Date.parse(batch.at) - app.clock.now().getTime())).toBeLessThan(5000)
  })

  test('a long log comes in batches of at most 200', async () => {
    const candidate = await candidateOf(app)
    await append(app, candidate.sessionId, 450)
    using stream = follow(app.socket([candidate.tokens.wst]), (api, on) =>
      api.sessions.events.subscribe({ sessionId: candidate.sessionId }, on),
    )
    await stream.seen(450)
    expect(Math.max(...stream.batches.map(({ events }) => events.length))).toBeLessThanOrEqual(200)
  })

  test('a cursor beyond the end of the log is bad input', async () => {
    const candidate = await candidateOf(app)
    using stream = follow(app.socket([candidate.tokens.wst]), (api, on) =>
      api.sessions.events.subscribe({ sessionId: candidate.sessionId, lastEventId: '1' }, on),
    )
    expect(await stream.failed()).toBe('INVALID_INPUT')
  })

  test('only the session’s own WST opens it, and only members of the company monitor it', async () => {
    const candidate = await candidateOf(app)
    const other = await candidateOf(app)
    const { sessionId } = candidate
    const stranger = await memberOf(app)
    const own = (token: string) =>
      follow(app.socket([token]), (api, on) => api.sessions.events.subscribe({ sessionId }, on))
    const monitored = (companyId: string, token: string) =>
      follow(app.socket([token]), (api, on) => api.sessions.monitor.subscribe({ companyId, sessionId }, on))
    expect(await own(other.tokens.wst).failed()).toBe('FORBIDDEN')
    expect(await own(candidate.tokens.ist).failed()).toBe('UNAUTHENTICATED')
    expect(await monitored(stranger.companyId, stranger.token).failed()).toBe('NOT_FOUND')
    expect(await monitored(candidate.companyId, stranger.token).failed()).toBe('NOT_FOUND')
  })

  test('a member who is removed sees nothing more within seconds', async () => {
    const candidate = await candidateOf(app)
    const { companyId, sessionId } = candidate
    const member = await memberOf(app, { companyId })
    using stream = follow(app.socket([member.token]), (api, on) =>
      api.sessions.monitor.subscribe({ companyId, sessionId }, on),
    )
    await append(app, sessionId, 1)
    await stream.seen(1)
    await app.db.sql`delete from memberships where company_id = ${companyId} and user_id = ${member.userId}`
    app.clock.advance(5000)
    await append(app, sessionId, 1)
    expect(await stream.failed()).toBe('NOT_FOUND')
    expect(stream.cursor()).toBe(1)
  })

  test('that has nothing to tell says so every 15 seconds, with the same cursor', async () => {
    const candidate = await candidateOf(app)
    await append(app, candidate.sessionId, 2)
    const waits: number[] = []
    const now = vi.spyOn(performance, 'now').mockImplementation(() => waits.reduce((sum, ms) => sum + ms, 0))
    const watch = {
      head: () => 2,
      recent: () => [],
      passed: async (_cursor: number, timeoutMs: number) => void waits.push(timeoutMs),
      [Symbol.dispose]: () => undefined,
    }
    const ctx = { ...app.ctx, hub: { poke: app.ctx.hub.poke, watch: () => watch } }
    const { signal } = new AbortController()
    const stream = streamEvents(ctx, { sessionId: candidate.sessionId, cursor: 2, sees: () => true, signal })
    for (let beat = 0; beat < 3; beat++) {
      const { value } = await stream.next()
      expect(value).toMatchObject({ cursor: '2', data: { events: [], head: 2 } })
    }
    expect(waits).toEqual([15_000, 15_000])
    await stream.return()
    now.mockRestore()
  })

  test('rests where the log’s head was moved beyond its last event, and tells what is appended then', async () => {
    const { sessionId } = await candidateOf(app)
    await append(app, sessionId, 3)
    await app.db.sql`update session_heads set seq = 9 where session_id = ${sessionId}`
    const { ctx, reads } = countingReads()
    const abort = new AbortController()
    const stream = streamEvents(ctx, { sessionId, cursor: 3, sees: () => true, signal: abort.signal })
    expect((await stream.next()).value).toMatchObject({ cursor: '3', data: { events: [], head: 9 } })
    app.ctx.hub.poke(`session:${sessionId}`, 9)
    const next = stream.next()
    await setTimeout(300)
    expect(reads()).toBeLessThan(5)
    await append(app, sessionId, 1)
    expect((await next).value).toMatchObject({ cursor: '10', data: { events: [{ seq: 10 }], head: 10 } })
    abort.abort()
    await stream.return()
  })

  test('goes on after a row whose time is none', async () => {
    const { sessionId } = await candidateOf(app)
    await append(app, sessionId, 3)
    await tamper(app, 'session_events', [
      `update session_events set at = 'infinity' where session_id = '${sessionId}' and seq = 2`,
    ])
    const { signal } = new AbortController()
    const stream = streamEvents(app.ctx, { sessionId, cursor: 0, sees: () => true, signal })
    const { value } = await stream.next()
    expect(value?.data.events.map(({ seq, at }) => [seq, at !== ''])).toEqual([
      [1, true],
      [2, false],
      [3, true],
    ])
    await stream.return()
  })

  test('a subscriber who leaves is forgotten at once', async () => {
    const candidate = await candidateOf(app)
    const { hub } = app.ctx
    let watching = 0
    const spied: typeof hub = {
      poke: hub.poke,
      watch(stream) {
        const watch = hub.watch(stream)
        watching++
        return {
          head: () => watch.head(),
          recent: (cursor) => watch.recent(cursor),
          passed: (cursor, timeout, signal) => watch.passed(cursor, timeout, signal),
          [Symbol.dispose]() {
            watching--
            watch[Symbol.dispose]()
          },
        }
      },
    }
    const abort = new AbortController()
    const ctx = { ...app.ctx, hub: spied }
    const { sessionId } = candidate
    const stream = streamEvents(ctx, { sessionId, cursor: 0, sees: () => true, signal: abort.signal })
    await stream.next()
    const waiting = stream.next()
    expect(watching).toBe(1)
    abort.abort()
    expect((await waiting).done).toBe(true)
    expect(watching).toBe(0)
  })
})

/** The app's context, and how often its database was asked through it. */
function countingReads(): { ctx: TestApp['ctx']; reads: () => number } {
  let count = 0
  const sql = new Proxy(app.ctx.db.sql, {
    apply(target, self, args) {
      count += 1
      return Reflect.apply(target, self, args)
    },
  })
  return { ctx: { ...app.ctx, db: { ...app.ctx.db, sql } }, reads: () => count }
}

async function tokenOn(instance: TestApp, user: { userId: string; authSessionId: string }): Promise<string> {
  const claims = { sub: user.userId, sid: user.authSessionId, guest: false }
  return (await mintToken(instance.ctx, 'access', claims)).token
}

/** Two ends of a bus in memory that drops every third message. */
function lossyBus(): [Bus, Bus] {
  const ends: Parameters<Bus['subscribe']>[0][] = []
  let sent = 0
  const end = (): Bus => ({
    async publish(pokes) {
      for (const { stream, head } of pokes) {
        if (++sent % 3 === 0) continue
        for (const handlers of ends) handlers.onPoke(stream, head)
      }
    },
    async subscribe(handlers) {
      ends.push(handlers)
    },
    check: () => Promise.resolve(),
    close: () => Promise.resolve(),
  })
  return [end(), end()]
}
