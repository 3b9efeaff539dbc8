import { Agent, type IncomingMessage, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { createTestDatabase, type TestDatabase } from '@viva/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { webm } from './media/media-app.ts'
import { clientOf, newKey, smallCompany } from './stage/company.ts'
import { startLocalServer } from './stage/local-server.ts'
import { openRawSocket } from './stage/raw-socket.ts'
import { claimedSession } from './stage/sitting.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})

afterAll(async () => database?.close())

/** Starts an instance with a candidate in the middle of the interview. */
async function underWay(env: Record<string, string> = {}) {
  const stage = await startLocalServer({ database, env })
  const { members, id: companyId, interviewId } = await smallCompany(stage.url)
  const claimed = await claimedSession(stage.url, { inviter: members.admin.api, companyId, interviewId })
  const { session, sessionId } = claimed
  await session.sessions.precheck.mutate({ sessionId, consents: { browser: true, microphone: true } })
  await session.sessions.start.mutate({ sessionId, idempotencyKey: newKey() })
  const next = await session.sessions.nextQuestion.mutate({ sessionId, idempotencyKey: newKey() })
  if (next.kind !== 'asked') throw new Error('nothing was asked')
  return { stage, claimed, questionId: next.question.id, admin: members.admin, companyId }
}

describe('a server that drains', () => {
  test('answers every call it has taken, and every answer it gave is stored', async () => {
    // Connections that clients keep open do not hold it up: until this deadline nobody would wait.
    const { stage, claimed, questionId } = await underWay({ VIVA_DRAIN_SECONDS: '600' })
    const { session, sessionId } = claimed
    const acknowledged: string[] = []
    let refused = 0
    let running = true
    const writer = async (n: number): Promise<void> => {
      while (running) {
        try {
          const receipt = await session.sessions.answer.mutate({
            sessionId,
            questionId,
            text: `an answer of writer ${n}`,
            idempotencyKey: newKey(),
          })
          acknowledged.push(receipt.answerId)
        } catch {
          refused += 1
          return
        }
      }
    }
    const writers = Array.from({ length: 8 }, (_, n) => writer(n))
    await expect.poll(() => acknowledged.length).toBeGreaterThan(20)
    await stage.server.close()
    running = false
    await Promise.all(writers)
    expect(refused).toBe(8)
    const rows = await database.db.sql<
      { id: string }[]
    >`select id from answers where session_id = ${sessionId}`
    const stored = new Set(rows.map(({ id }) => id))
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([])
    // And none that was stored went without its answer: nobody was cut off in the middle of a call.
    expect(stored.size).toBe(acknowledged.length)
    await stage[Symbol.asyncDispose]()
  })

  test('sends a recording that is being read to its end, and waits no longer than that', async () => {
    const { stage, claimed, admin, companyId } = await underWay({ VIVA_DRAIN_SECONDS: '600' })
    const { session, sessionId } = claimed
    // More than the system keeps on its way between two programs.
    const bytes = webm(24_000_000)
    const ticket = await session.media.createUpload.mutate({
      sessionId,
      kind: 'audio',
      contentType: 'audio/webm',
      bytes: bytes.length,
      idempotencyKey: newKey(),
    })
    const here = (url: string) => stage.url + url.slice(new URL(url).origin.length)
    const { mediaId, headers } = ticket
    await fetch(here(ticket.url), { method: 'PUT', headers, body: new Uint8Array(bytes) })
    const link = await admin.api.media.link.mutate({ companyId, sessionId, mediaId })
    const agent = new Agent({ keepAlive: true })
    try {
      const reading = await new Promise<IncomingMessage>((resolve, reject) =>
        request(here(link.url), { agent }, resolve).on('error', reject).end(),
      )
      const closed = stage.server.close()
      expect(reading.headers.connection).toBe('keep-alive')
      expect((await buffer(reading)).equals(bytes)).toBe(true)
      // The client keeps the connection, which idles from here on.
      await closed
    } finally {
      agent.destroy()
      await stage[Symbol.asyncDispose]()
    }
    // Shorter than the server would let a connection idle.
  }, 60_000)

  test('sends subscribers away with 1012, so that they come back to another instance', async () => {
    const { stage, claimed } = await underWay()
    using raw = await openRawSocket(stage.url, { tokens: [claimed.tokens.wst] })
    raw.subscribe(1, 'sessions.events', { sessionId: claimed.sessionId })
    await raw.message(({ result }) => result?.type === 'data')
    const closed = raw.closed()
    await stage.server.close()
    expect(await closed).toBe(1012)
    // A stream that said it was complete would never be opened again.
    expect(raw.messages.some(({ result }) => result?.type === 'stopped')).toBe(false)
    expect(stage.lines.join('')).not.toContain('outlived')
    await stage[Symbol.asyncDispose]()
  })

  test('fails /readyz first, while it still serves, and takes no new socket or stream', async () => {
    // The delay is the length of this test: everything up to its end must be answered within.
    const stage = await startLocalServer({ database, env: { VIVA_DRAIN_DELAY_SECONDS: '10' } })
    const closing = stage.server.close()
    const ready = await fetch(`${stage.url}/readyz`)
    expect(ready.status).toBe(503)
    expect(await ready.json()).toMatchObject({ ready: false, draining: true, checks: { database: 'ok' } })
    expect(ready.headers.get('connection')).toBe('close')
    expect((await fetch(`${stage.url}/livez`)).status).toBe(200)
    await expect(openRawSocket(stage.url)).rejects.toThrow('refused with 503')
    const stream = await fetch(`${stage.url}/trpc/sessions.events?input={}`, {
      headers: { accept: 'text/event-stream' },
    })
    expect(stream.status).toBe(503)
    expect(stream.headers.get('retry-after')).toBe('1')
    expect(await stream.text()).toContain('"code":"OVERLOADED"')
    await closing
    await expect(fetch(`${stage.url}/livez`)).rejects.toThrow()
    await stage[Symbol.asyncDispose]()
  })

  test('cuts calls that outlast the deadline', async () => {
    let called = (): void => undefined
    const isCalled = new Promise<void>((resolve) => {
      called = resolve
    })
    const stage = await startLocalServer({
      database,
      env: { VIVA_DRAIN_SECONDS: '1' },
      overrides: {
        hasher: {
          hash: () => {
            called()
            return new Promise(() => undefined)
          },
          verify: () => Promise.resolve(false),
        },
      },
    })
    const call = clientOf(stage.url).auth.signUp.mutate({
      email: 'a@example.test',
      password: 'long enough',
      name: 'A',
    })
    const cut = expect(call).rejects.toThrow()
    await isCalled
    await stage.server.close()
    await cut
    await stage[Symbol.asyncDispose]()
  })
})
