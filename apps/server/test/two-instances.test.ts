import { randomUUID } from 'node:crypto'
import type { EventBatch } from '@viva/api/contract'
import { describe, expect, test } from 'vitest'
import { randomAddress } from './stage/api-call.ts'
import { clientOf, newKey, smallCompany } from './stage/company.ts'
import { type LocalServer, startLocalServer } from './stage/local-server.ts'
import { openRawSocket, type RawSocket, type SocketMessage } from './stage/raw-socket.ts'
import { claimedSession } from './stage/sitting.ts'

const redisUrl = process.env['TEST_REDIS_URL']
const BUSES: [name: string, env: Record<string, string>][] = [
  ['Postgres', {}],
  ...(redisUrl ? [['Redis', { REDIS_URL: redisUrl }] satisfies [string, Record<string, string>]] : []),
]

/** Longer than any test: what comes to the other instance came as a notification, and no sweep has found it. */
const NO_SWEEP_MS = 3_600_000

interface Pair extends AsyncDisposable {
  first: LocalServer
  second: LocalServer
}

/** Two instances over one database, known to clients by one address, as behind a load balancer. */
async function startPair(env: Record<string, string>): Promise<Pair> {
  const first = await startLocalServer({ env, hubSweepMs: NO_SWEEP_MS })
  const second = await startLocalServer({
    hubSweepMs: NO_SWEEP_MS,
    env: { ...env, VIVA_PUBLIC_URL: first.server.url },
    database: first.database,
  })
  return {
    first,
    second: { ...second, url: `http://127.0.0.1:${second.server.port}` },
    async [Symbol.asyncDispose]() {
      await second[Symbol.asyncDispose]()
      await first[Symbol.asyncDispose]()
    },
  }
}

function eventsOf({ messages }: RawSocket): EventBatch['events'] {
  return messages.flatMap(({ result }) => {
    if (result?.type !== 'data') return []
    const envelope = result.data as { data: EventBatch }
    return envelope.data.events
  })
}

describe.each(BUSES)('two instances that are joined by %s', (_name, env) => {
  test('carry each event to subscribers of the other by notification, and in order', async () => {
    await using pair = await startPair(env)
    const { members, id: companyId, interviewId } = await smallCompany(pair.first.url)
    const inviter = members.admin.api
    const { sessionId, session, tokens } = await claimedSession(pair.first.url, {
      inviter,
      companyId,
      interviewId,
    })
    using raw = await openRawSocket(pair.second.url, { tokens: [tokens.wst] })
    raw.subscribe(1, 'sessions.events', { sessionId })
    await raw.message(({ result }) => result?.type === 'data')
    await session.sessions.precheck.mutate({ sessionId, consents: { browser: true } })
    await session.sessions.start.mutate({ sessionId, idempotencyKey: newKey() })
    const next = await session.sessions.nextQuestion.mutate({ sessionId, idempotencyKey: newKey() })
    if (next.kind !== 'asked') throw new Error('nothing was asked')

    for (let n = 0; n < 10; n++) {
      const text = `answer ${n}`
      await session.sessions.answer.mutate({
        sessionId,
        questionId: next.question.id,
        text,
        idempotencyKey: newKey(),
      })
      const carries = (message: SocketMessage) => JSON.stringify(message).includes(`"${text}"`)
      await raw.message(carries)
    }
    const seqs = eventsOf(raw).map(({ seq }) => seq)
    expect(seqs).toEqual(seqs.map((_, index) => index + 1))
  })

  test('share the budget of wrong passwords', async () => {
    await using pair = await startPair(env)
    const email = `nobody-${randomUUID()}@example.test`
    const address = randomAddress()
    const guess = async (url: string): Promise<number> => {
      const answer = await fetch(`${url}/trpc/auth.logIn`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
        body: JSON.stringify({ email, password: 'wrong' }),
      })
      await answer.body?.cancel()
      return answer.status
    }
    const statuses: number[] = []
    for (let n = 0; n < 6; n++) statuses.push(await guess(pair.first.url), await guess(pair.second.url))
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429])
  })

  test('lose nothing when one of them stops: its subscriber goes on at the other from its cursor', async () => {
    await using pair = await startPair(env)
    const { members, id: companyId, interviewId } = await smallCompany(pair.second.url)
    const inviter = members.admin.api
    const { sessionId, tokens } = await claimedSession(pair.second.url, { inviter, companyId, interviewId })
    using before = await openRawSocket(pair.first.url, { tokens: [tokens.wst] })
    before.subscribe(1, 'sessions.events', { sessionId })
    await before.message(({ result }) => result?.type === 'data')
    const closed = before.closed()
    await pair.first.server.close()
    expect(await closed).toBe(1012)
    const session = clientOf(pair.second.url, tokens.ist)
    await session.sessions.precheck.mutate({ sessionId, consents: { browser: true } })
    const cursor = eventsOf(before).at(-1)?.seq ?? 0
    using after = await openRawSocket(pair.second.url, { tokens: [tokens.wst] })
    after.subscribe(1, 'sessions.events', { sessionId }, String(cursor))
    await after.message((message) => JSON.stringify(message).includes('"session.prechecked"'))
    const seqs = [...eventsOf(before), ...eventsOf(after)].map(({ seq }) => seq)
    expect(seqs).toEqual(seqs.map((_, index) => index + 1))
  })
})
