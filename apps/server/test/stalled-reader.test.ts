import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { transaction } from '@viva/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientOf, type SmallCompany, smallCompany } from './stage/company.ts'
import { type LocalServer, startLocalServer } from './stage/local-server.ts'
import { openRawSocket } from './stage/raw-socket.ts'
import { type Claimed, claimedSession } from './stage/sitting.ts'

const STALLED_MS = 2500
/** Far more than the buffers of both systems' sockets hold, so that the server itself must keep the rest. */
const EVENTS = 1200
const FILLER = 'x'.repeat(10_000)

let stage: LocalServer
let company: SmallCompany
let claimed: Claimed
let hashMs = 0

beforeAll(async () => {
  stage = await startLocalServer({
    limits: { stalledMs: STALLED_MS },
    overrides: {
      hasher: {
        hash: (password) => setTimeout(hashMs, `hash of ${password}`),
        verify: (hash, password) => setTimeout(hashMs, hash === `hash of ${password}`),
      },
    },
  })
  company = await smallCompany(stage.url)
  const { id: companyId, interviewId, members } = company
  claimed = await claimedSession(stage.url, { inviter: members.admin.api, companyId, interviewId })
  await fill(claimed.sessionId)
})

afterAll(async () => stage?.[Symbol.asyncDispose]())

/** Makes the log as long as a bundle must be that fills every buffer. */
async function fill(sessionId: string): Promise<void> {
  for (let from = 1; from <= EVENTS; from += 50) {
    await transaction(stage.server.ctx, (tx) =>
      tx.append(
        sessionId,
        Array.from({ length: 50 }, (_, n) => ({
          type: 'signal.recorded' as const,
          payload: {
            clientSeq: from + n,
            clientTime: '2026-01-01T00:00:00.000Z',
            kind: 'copy' as const,
            details: { filler: FILLER },
          },
        })),
      ),
    )
  }
}

/** Sends the head of a call, and its body where there is one; reads nothing by itself. */
function send(head: string, body = ''): Socket {
  const { hostname, port } = new URL(stage.url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  socket.write(`${head} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n`)
  socket.write(`Content-Length: ${body.length}\r\n`)
  socket.write(`Authorization: Bearer ${company.members.admin.accessToken}\r\n\r\n${body}`)
  return socket
}

function takeBundle(): Socket {
  const input = { companyId: company.id, sessionId: claimed.sessionId }
  return send('POST /trpc/sessions.exportEvidence', JSON.stringify(input))
}

/** Reads the rest at once or in small pieces: how long the body was to be, and how much of it came. */
async function read(socket: Socket, pauseMs = 0): Promise<{ announced: number; got: number }> {
  let head = ''
  let got = 0
  let announced = Number.POSITIVE_INFINITY
  let lastPause = 0
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    got += chunk.length
    if (announced === Number.POSITIVE_INFINITY) {
      head += chunk.toString('latin1')
      const end = head.indexOf('\r\n\r\n')
      if (end < 0) continue
      announced = Number(/content-length: (\d+)/i.exec(head)?.[1])
      got = head.length - end - 4
    }
    if (got >= announced) break
    if (pauseMs > 0 && got - lastPause > 500_000) {
      lastPause = got
      await setTimeout(pauseMs)
    }
  }
  return { announced, got }
}

test('an answer that nobody reads is cut', async () => {
  const socket = takeBundle()
  await once(socket, 'readable')
  await setTimeout(3 * STALLED_MS)
  // What the buffers of both systems held comes, and nothing after it.
  const { announced, got } = await read(socket)
  expect(announced).toBeGreaterThan(EVENTS * FILLER.length)
  expect(got).toBeLessThan(announced)
})

test('an answer that is read slowly comes whole', async () => {
  const started = performance.now()
  const { announced, got } = await read(takeBundle(), 250)
  expect(performance.now() - started).toBeGreaterThan(2 * STALLED_MS)
  expect(got).toBe(announced)
})

test('a call that takes longer is answered', async () => {
  hashMs = 2.5 * STALLED_MS
  const { email } = company.members.admin
  await expect(clientOf(stage.url).auth.logIn.mutate({ email, password: 'a wrong one' })).rejects.toThrow(
    'do not belong together',
  )
})

test('a body that pauses is read to its end', async () => {
  const { hostname, port } = new URL(stage.url)
  const socket = connect(Number(port), hostname)
  const body = JSON.stringify({ companyId: company.id, sessionId: claimed.sessionId })
  const head = `POST /trpc/sessions.exportEvidence HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n`
  socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body.slice(0, 10)}`)
  await setTimeout(2.5 * STALLED_MS)
  socket.write(body.slice(10))
  const [answer] = (await once(socket, 'data')) as [Buffer]
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 401 /)
  socket.destroy()
})

test('streams and sockets on which nothing happens stay open', async () => {
  const input = encodeURIComponent(JSON.stringify({ sessionId: claimed.sessionId }))
  const from = { authorization: `Bearer ${claimed.tokens.wst}`, 'last-event-id': String(EVENTS + 1) }
  const stream = await fetch(`${stage.url}/trpc/sessions.events?input=${input}`, {
    headers: { accept: 'text/event-stream', ...from },
  })
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
  using raw = await openRawSocket(stage.url, { tokens: [claimed.tokens.wst] })
  raw.subscribe(1, 'sessions.events', { sessionId: claimed.sessionId }, String(EVENTS + 1))
  await raw.message(({ result }) => result?.type === 'started')
  await setTimeout(2.5 * STALLED_MS)
  await claimed.session.sessions.precheck.mutate({
    sessionId: claimed.sessionId,
    consents: { browser: true },
  })
  await raw.message(({ result }) => result?.type === 'data')
  let text = ''
  while (!text.includes('session.prechecked')) {
    const part = await reader?.read()
    if (!part || part.done) throw new Error('the stream was cut')
    text += part.value
  }
  await reader?.cancel()
})

test.each([
  ['an upgrade', 'GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
  ['bytes that are no HTTP', 'garbage\r\n\r\n'],
])('a client that was refused %s and does not hang up is hung up on', async (_name, bytes) => {
  const { hostname, port } = new URL(stage.url)
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  socket.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const ended = once(socket.resume(), 'end')
  socket.write(bytes)
  await ended
  await setTimeout(2 * STALLED_MS)
  // Whoever writes to a connection that is gone learns of it with the second write.
  const knock = setInterval(() => socket.write('x'), 100)
  await closed
  clearInterval(knock)
})
