import { transaction } from '@viva/api'
import type { EventBatch } from '@viva/api/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type SmallCompany, smallCompany } from './stage/company.ts'
import { type LocalServer, startLocalServer } from './stage/local-server.ts'
import { openRawSocket, type RawSocket, type SocketMessage } from './stage/raw-socket.ts'
import { type Claimed, claimedSession } from './stage/sitting.ts'

const BUFFER = 200_000
/** Far more than the buffers of both systems' sockets hold, so that the server itself must hold back. */
const EVENTS = 1500
const FILLER = 'x'.repeat(10_000)

/** Longer than any test: what ends a socket is what the test does, however long the machine stands still. */
const NEVER_MS = 3_600_000
const PATIENT = { maxBufferedBytes: BUFFER, slowConsumerMs: NEVER_MS, pingMs: NEVER_MS }

let stage: LocalServer
let company: SmallCompany

beforeAll(async () => {
  stage = await startLocalServer({ limits: PATIENT })
  company = await smallCompany(stage.url)
})

afterAll(async () => stage?.[Symbol.asyncDispose]())

const claim = (): Promise<Claimed> =>
  claimedSession(stage.url, {
    inviter: company.members.admin.api,
    companyId: company.id,
    interviewId: company.interviewId,
  })

/** Appends large events as signals would, in batches, and gives the log's last seq. */
async function fill(sessionId: string): Promise<number> {
  let last = 0
  for (let from = 1; from <= EVENTS; from += 50) {
    const appended = await transaction(stage.server.ctx, (tx) =>
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
    last = appended.at(-1)?.seq ?? last
  }
  return last
}

function batchOf({ result }: SocketMessage): EventBatch | null {
  if (result?.type !== 'data') return null
  const envelope = result.data as { data: EventBatch }
  return envelope.data
}

const seqsOf = ({ messages }: RawSocket): number[] =>
  messages.flatMap((message) => batchOf(message)?.events.map(({ seq }) => seq) ?? [])

async function follow(
  candidate: Claimed,
  { on = stage, lastEventId }: { on?: LocalServer; lastEventId?: string } = {},
): Promise<RawSocket> {
  const raw = await openRawSocket(on.url, { tokens: [candidate.tokens.wst] })
  raw.subscribe(1, 'sessions.events', { sessionId: candidate.sessionId }, lastEventId)
  await raw.message((message) => batchOf(message) !== null)
  return raw
}

async function gauge(name: string, { url }: LocalServer): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(metrics)?.[1])
}
const bufferedBytes = (): Promise<number> => gauge('viva_socket_buffered_bytes', stage)

const upTo = (last: number, from = 1): number[] => Array.from({ length: last - from + 1 }, (_, n) => n + from)

test('a slow consumer is paused, and gets every event once and in order when it reads on', async () => {
  const candidate = await claim()
  using raw = await follow(candidate)
  raw.socket.pause()
  const last = await fill(candidate.sessionId)
  await expect.poll(bufferedBytes).toBeGreaterThan(BUFFER)
  // The log has 15 MB and nobody reads it: the buffer's limit and the one batch that crossed it wait, and no more.
  expect(await bufferedBytes()).toBeLessThan(BUFFER + 3_000_000)
  raw.socket.resume()
  await expect.poll(() => seqsOf(raw).at(-1)).toBe(last)
  expect(seqsOf(raw)).toEqual(upTo(last))
})

test('one that stays silent is cut after the deadline, and goes on elsewhere from its cursor with nothing lost', async () => {
  await using hasty = await startLocalServer({
    database: stage.database,
    limits: { ...PATIENT, slowConsumerMs: 500 },
  })
  // The tokens name the address that signed them, so the other instance must go by the same one.
  hasty.server.ctx.config.publicUrl = stage.server.url
  const candidate = await claim()
  using raw = await follow(candidate, { on: hasty })
  using patient = await follow(candidate)
  raw.socket.pause()
  patient.socket.pause()
  const last = await fill(candidate.sessionId)
  await expect.poll(bufferedBytes).toBeGreaterThan(BUFFER)
  await expect.poll(() => gauge('viva_sockets_open', hasty)).toBe(0)
  expect(await gauge('viva_sockets_open', stage)).toBe(1)
  raw.socket.resume()
  expect(await raw.closed()).toBe(1006)
  const seen = seqsOf(raw)
  const cursor = seen.at(-1) ?? 0
  expect(cursor).toBeLessThan(last)
  using again = await follow(candidate, { lastEventId: String(cursor) })
  await expect.poll(() => seqsOf(again).at(-1)).toBe(last)
  expect([...seen, ...seqsOf(again)]).toEqual(upTo(last))
})
