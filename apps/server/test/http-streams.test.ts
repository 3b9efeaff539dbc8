import { createTestClock } from '@viva/api/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../src/limits.ts'
import { newKey, type SmallCompany, smallCompany } from './stage/company.ts'
import { type LocalServer, startLocalServer } from './stage/local-server.ts'
import { type Claimed, claimedSession } from './stage/sitting.ts'

const clock = createTestClock()
let stage: LocalServer
let company: SmallCompany

beforeAll(async () => {
  // No sweep of the hub during a test: a revocation is heard of by notification.
  stage = await startLocalServer({ overrides: { clock }, hubSweepMs: 3_600_000 })
  company = await smallCompany(stage.url)
})

afterAll(async () => stage?.[Symbol.asyncDispose]())

const claim = (): Promise<Claimed> =>
  claimedSession(stage.url, {
    inviter: company.members.admin.api,
    companyId: company.id,
    interviewId: company.interviewId,
  })

/** An event stream over HTTP, read as a browser's EventSource would. */
interface Stream {
  status: number
  /** The seqs of the next events, or null where the connection was cut. */
  next(): Promise<number[] | null>
  cancel(): Promise<void>
}

async function openStream(
  { sessionId, tokens }: Claimed,
  options: { lastEventId?: string; asParams?: boolean } = {},
): Promise<Stream> {
  const url = new URL(`${stage.url}/trpc/sessions.events`)
  url.searchParams.set('input', JSON.stringify({ sessionId }))
  const headers = new Headers({ accept: 'text/event-stream' })
  if (options.asParams) url.searchParams.set('connectionParams', JSON.stringify({ tokens: tokens.wst }))
  else headers.set('authorization', `Bearer ${tokens.wst}`)
  if (options.lastEventId !== undefined) headers.set('last-event-id', options.lastEventId)
  const answer = await fetch(url, { headers })
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return {
    status: answer.status,
    async next() {
      for (;;) {
        const end = text.indexOf('\n\n')
        if (end >= 0) {
          const frame = text.slice(0, end)
          text = text.slice(end + 2)
          const data = /^data: (.*)$/m.exec(frame)?.[1]
          if (!/^event:/m.test(frame) && data) {
            const batch = JSON.parse(data) as { events: { seq: number }[] }
            return batch.events.map(({ seq }) => seq)
          }
          continue
        }
        const part = await reader?.read().catch(() => undefined)
        if (!part || part.done) return null
        text += part.value
      }
    },
    cancel: async () => reader?.cancel(),
  }
}

test('events come over HTTP where sockets are blocked, with the token in a header or in the address', async () => {
  for (const asParams of [false, true]) {
    const candidate = await claim()
    const stream = await openStream(candidate, { asParams })
    expect(stream.status).toBe(200)
    expect((await stream.next())?.slice(0, 2)).toEqual([1, 2])
    await candidate.session.sessions.precheck.mutate({
      sessionId: candidate.sessionId,
      consents: { browser: true },
    })
    expect((await stream.next())?.length).toBeGreaterThan(0)
    await stream.cancel()
  }
  // The address of a stream holds a token, so no address is logged.
  expect(stage.lines.join('')).not.toContain('connectionParams')
})

test('a stream goes on after its cursor', async () => {
  const candidate = await claim()
  const stream = await openStream(candidate, { lastEventId: '1' })
  expect((await stream.next())?.[0]).toBe(2)
  await stream.cancel()
})

test('a stream is cut at once when its device is revoked, and does not claim to be complete', async () => {
  const { api } = company.members.admin
  const grant = await api.sessions.createOpen.mutate({
    interviewId: company.interviewId,
    idempotencyKey: newKey(),
  })
  const devices = await api.auth.devices.query()
  const authSessionId = devices.find(({ current }) => current)?.authSessionId ?? ''
  const stream = await openStream({ ...(await claim()), sessionId: grant.session.id, tokens: grant.tokens })
  await stream.next()
  await api.auth.revokeDevice.mutate({ authSessionId })
  expect(await stream.next()).toBeNull()
})

test('a stream is cut within 1 s when its token expires', async () => {
  expect(DEFAULT_LIMITS.expirySweepMs).toBeLessThan(1000)
  // Another admin: the test before has logged the first one out.
  company = await smallCompany(stage.url)
  const stream = await openStream(await claim())
  await stream.next()
  clock.advance(15 * 60_000 + 1000)
  expect(await stream.next()).toBeNull()
})

test('open streams are counted, and cut when the server drains', async () => {
  company = await smallCompany(stage.url)
  const stream = await openStream(await claim())
  await stream.next()
  const metrics = await (await fetch(`${stage.url}/metrics`)).text()
  expect(metrics).toContain('viva_http_streams_open 1')
  const closed = stage.server.close()
  expect(await stream.next()).toBeNull()
  await closed
  expect(stage.lines.join('')).not.toContain('outlived')
})
