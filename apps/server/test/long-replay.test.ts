import { randomUUID } from 'node:crypto'
import { transaction } from '@viva/api'
import type { EventBatch } from '@viva/api/contract'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type SmallCompany, smallCompany } from './stage/company.ts'
import { type LocalServer, startLocalServer } from './stage/local-server.ts'
import { openRawSocket } from './stage/raw-socket.ts'
import { claimedSession } from './stage/sitting.ts'

const BUFFER = 200_000
const ANSWERS = 200
const ANSWER = 'x'.repeat(40_000)
const STREAMS = 20
/** A batch ends with the event that crosses 128 kB. */
const LARGEST_BATCH = 128 * 1024 + ANSWER.length + 10_000
const PATIENCE = { timeout: 30_000, interval: 100 }

let stage: LocalServer
let company: SmallCompany

beforeAll(async () => {
  stage = await startLocalServer({
    limits: { maxBufferedBytes: BUFFER, slowConsumerMs: 120_000, pingMs: 120_000 },
  })
  company = await smallCompany(stage.url)
}, 60_000)

afterAll(async () => stage?.[Symbol.asyncDispose]())

async function bufferedBytes(): Promise<number> {
  const metrics = await (await fetch(`${stage.url}/metrics`)).text()
  return Number(/^viva_socket_buffered_bytes (\d+)/m.exec(metrics)?.[1])
}

/** A log of 8 MB, and its last seq. */
async function longLog(sessionId: string): Promise<number> {
  let last = 0
  for (let from = 0; from < ANSWERS; from += 20) {
    const appended = await transaction(stage.server.ctx, (tx) =>
      tx.append(
        sessionId,
        Array.from({ length: 20 }, () => ({
          type: 'answer.received' as const,
          payload: {
            answerId: randomUUID(),
            questionId: randomUUID(),
            text: ANSWER,
            mediaId: null,
            late: false,
            clientTime: null,
          },
        })),
      ),
    )
    last = appended.at(-1)?.seq ?? last
  }
  return last
}

test('twenty replays of a long log to a socket that nobody reads fill no memory, and all arrive whole once it is read', async () => {
  const { sessionId, tokens } = await claimedSession(stage.url, {
    inviter: company.members.admin.api,
    companyId: company.id,
    interviewId: company.interviewId,
  })
  const last = await longLog(sessionId)
  using raw = await openRawSocket(stage.url, { tokens: [tokens.wst] })
  raw.socket.pause()
  for (let id = 1; id <= STREAMS; id += 1) raw.subscribe(id, 'sessions.events', { sessionId })
  await vi.waitFor(async () => expect(await bufferedBytes()).toBeGreaterThan(BUFFER), PATIENCE)
  let most = 0
  for (let look = 0; look < 30; look += 1) most = Math.max(most, await bufferedBytes())
  // Twenty times the log are 160 MB. Each stream may have written one batch while the buffer was still small.
  expect(most).toBeLessThan(BUFFER + STREAMS * LARGEST_BATCH)

  raw.socket.resume()
  const seqs = new Map<unknown, number[]>()
  let read = 0
  await vi.waitFor(
    () => {
      for (; read < raw.messages.length; read += 1) {
        const message = raw.messages[read]
        if (message?.result?.type !== 'data') continue
        const { events } = (message.result.data as { data: EventBatch }).data
        const seen = seqs.get(message.id) ?? []
        seqs.set(message.id, [...seen, ...events.map(({ seq }) => seq)])
      }
      expect([...seqs.values()].filter((seen) => seen.at(-1) === last)).toHaveLength(STREAMS)
    },
    { ...PATIENCE, timeout: 60_000 },
  )
  const expected = Array.from({ length: last }, (_, n) => n + 1)
  for (const seen of seqs.values()) expect(seen).toEqual(expected)
}, 180_000)
