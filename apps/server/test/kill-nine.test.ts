import { randomInt, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { SessionEvent } from '@viva/api/contract'
import { createTestDatabase } from '@viva/db/testing'
import { type EvidenceBundle, parseBundle, verifyBundle } from '@viva/evidence'
import { afterEach, expect, test } from 'vitest'
import { type clientOf, logIn, newKey, type SmallCompany, smallCompany } from './stage/company.ts'
import { overDatabase } from './stage/database-server.ts'
import { type Claimed, claimedSession } from './stage/sitting.ts'
import { freePort, startVivaProcess, type VivaProcess } from './stage/viva-process.ts'

const CANDIDATES = 4
const KILLS = 2
/** The kill comes somewhere in this time after the load has begun. */
const [EARLIEST_KILL_MS, LATEST_KILL_MS] = [150, 700]
const MAX_SIGNALS_IN_BATCH = 4

/** What a candidate's client has sent, and what of it the server has acknowledged. */
interface Sent {
  claimed: Claimed
  questionId: string
  /** By idempotency key; the id once it is acknowledged. */
  answers: Map<string, { text: string; answerId: string | null }>
  /** Highest client sequence number sent, and highest acknowledged. */
  lastSignal: number
  lastAcknowledged: number
}

const opened: AsyncDisposable[] = []
afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing[Symbol.asyncDispose]()
})

test('on the embedded database, kill -9 under load loses nothing that was acknowledged and doubles nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'viva-kill-'))
  opened.push({ [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) })
  await killUnderLoad({ VIVA_DATA_DIR: folder })
}, 120_000)

test.skipIf(!process.env['TEST_DATABASE_URL'])(
  'on Postgres, kill -9 under load loses nothing that was acknowledged and doubles nothing',
  async () => {
    const database = await createTestDatabase({ kind: 'postgres' })
    opened.push(database)
    await killUnderLoad(overDatabase(database))
  },
  120_000,
)

async function killUnderLoad(env: Record<string, string>): Promise<void> {
  const port = await freePort()
  const start = async (): Promise<VivaProcess> => {
    // Leases are short, so that what the dead instance held is taken up soon.
    const server = await startVivaProcess({ port, env: { ...env, VIVA_LEASE_SECONDS: '2' } })
    opened.push(server)
    return server
  }
  let server = await start()
  const { url } = server
  const company = await smallCompany(url)
  const sent = await Promise.all(Array.from({ length: CANDIDATES }, () => begin(url, company)))
  const leaving = await begin(url, company)

  for (let kill = 1; kill <= KILLS; kill += 1) {
    const before = sent.map(({ answers }) => answers.size)
    const load = sent.map((candidate) => sendUntilItFails(candidate))
    const after = randomInt(EARLIEST_KILL_MS, LATEST_KILL_MS)
    await wait(after)
    if (kill === KILLS) await finalize(leaving)
    await server.kill()
    await Promise.all(load)
    expect(
      sent.every(({ answers }, index) => answers.size > (before[index] ?? 0)),
      `the load was on when the server died after ${after} ms`,
    ).toBe(true)

    server = await start()
    // Before anything is sent again, which would hide a loss.
    for (const candidate of sent) expectAcknowledged(candidate, (await exportLog(company, candidate)).events)
    await Promise.all(sent.map(sendAgain))
  }

  const admin = await logIn(url, company.members.admin.email)
  const jwks = await fetch(`${url}/.well-known/jwks.json`)
  const { keys }: Pick<EvidenceBundle, 'keys'> = JSON.parse(await jwks.text())
  for (const candidate of sent) {
    const named = { companyId: company.id, sessionId: candidate.claimed.sessionId }
    const chain = await admin.api.sessions.verify.query(named)
    expect(chain.problems).toEqual([])
    const bundle = parseBundle(await exportLog(company, candidate))
    const report = await verifyBundle(bundle, { trustedKeys: keys })
    expect(report).toMatchObject({ ok: true, signature: 'trusted' })
    expectEverything(candidate, bundle.events)
  }
  await expectReport(company, leaving, admin.api)
  expect(await server.stop()).toBe(0)
}

/** A candidate who has started and was asked. */
async function begin(url: string, { id: companyId, members, interviewId }: SmallCompany): Promise<Sent> {
  const claimed = await claimedSession(url, { inviter: members.admin.api, companyId, interviewId })
  const { session, sessionId } = claimed
  await session.sessions.precheck.mutate({ sessionId, consents: { browser: true } })
  await session.sessions.start.mutate({ sessionId, idempotencyKey: newKey() })
  const next = await session.sessions.nextQuestion.mutate({ sessionId, idempotencyKey: newKey() })
  if (next.kind !== 'asked') throw new Error('no question was asked')
  return {
    claimed,
    questionId: next.question.id,
    answers: new Map(),
    lastSignal: 0,
    lastAcknowledged: 0,
  }
}

/** Sends answers and signals side by side, each as soon as the one before is acknowledged, until a call fails. */
async function sendUntilItFails(candidate: Sent): Promise<void> {
  const untilFailure = async (send: () => Promise<void>): Promise<void> => {
    try {
      for (;;) await send()
    } catch (error) {
      // Only a broken connection ends the load: an answer with an error would mean that the test sends nonsense.
      if (error instanceof Error && Reflect.get(error, 'shape')) throw error
    }
  }
  await Promise.all([
    untilFailure(() =>
      answer(candidate, randomUUID(), `Answer ${candidate.answers.size + 1}. ${randomUUID()}`),
    ),
    untilFailure(() => {
      candidate.lastSignal += randomInt(1, MAX_SIGNALS_IN_BATCH + 1)
      return signal(candidate)
    }),
  ])
}

async function answer({ claimed, questionId, answers }: Sent, key: string, text: string): Promise<void> {
  const { session, sessionId } = claimed
  const known = answers.get(key)
  if (!known) answers.set(key, { text, answerId: null })
  const input = { sessionId, questionId, text, idempotencyKey: key }
  const { answerId } = await session.sessions.answer.mutate(input)
  if (known?.answerId) expect(answerId, 'a replay gets the first result').toBe(known.answerId)
  answers.set(key, { text, answerId })
}

/** Sends all signals that are not acknowledged yet, as a client's queue does. */
async function signal(candidate: Sent): Promise<void> {
  const { claimed, lastAcknowledged, lastSignal } = candidate
  const clientTime = new Date(1_700_000_000_000).toISOString()
  const signals = Array.from({ length: lastSignal - lastAcknowledged }, (_, index) => ({
    clientSeq: lastAcknowledged + index + 1,
    clientTime,
    kind: 'focus_lost' as const,
  }))
  const { sessionId } = claimed
  const receipt = await claimed.signals.proctoring.record.mutate({ sessionId, signals })
  candidate.lastAcknowledged = receipt.lastClientSeq
}

/** What a client does once it is back: it sends again what it knows nothing about, and here some of the rest as well. */
async function sendAgain(candidate: Sent): Promise<void> {
  for (const [key, { text, answerId }] of [...candidate.answers]) {
    if (answerId === null || randomInt(5) === 0) await answer(candidate, key, text)
  }
  await signal({ ...candidate, lastAcknowledged: 0, lastSignal: Math.min(candidate.lastSignal, 100) })
  if (candidate.lastAcknowledged < candidate.lastSignal) await signal(candidate)
}

function exportLog({ id: companyId, members }: SmallCompany, { claimed }: Sent): Promise<EvidenceBundle> {
  const { sessionId } = claimed
  return members.admin.api.sessions.exportEvidence.mutate({ companyId, sessionId })
}

/** What a log holds of answers and signals. */
function readLog(events: EvidenceBundle['events']) {
  const of = <Type extends SessionEvent['type']>(type: Type) =>
    events.flatMap((event) =>
      event.type === type
        ? [event.payload as NonNullable<Extract<SessionEvent, { type: Type }>['payload']>]
        : [],
    )
  return {
    answers: of('answer.received').map(({ answerId, text }) => ({ answerId, text })),
    signals: of('signal.recorded').map(({ clientSeq }) => clientSeq),
  }
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1)

/** All that the dead server had acknowledged is in the log. */
function expectAcknowledged({ answers, lastAcknowledged }: Sent, events: EvidenceBundle['events']): void {
  const logged = readLog(events)
  const acknowledged = [...answers.values()].filter(({ answerId }) => answerId !== null)
  expect(logged.answers).toEqual(expect.arrayContaining(acknowledged))
  expect(logged.signals.slice(0, lastAcknowledged)).toEqual(upTo(lastAcknowledged))
}

/** Every answer and every signal is in the log, once. */
function expectEverything({ answers, lastSignal }: Sent, events: EvidenceBundle['events']): void {
  const logged = readLog(events)
  const byText = (a: { text: string }, b: { text: string }): number => (a.text < b.text ? -1 : 1)
  expect(logged.answers.toSorted(byText)).toEqual([...answers.values()].toSorted(byText))
  expect(logged.signals).toEqual(upTo(lastSignal))
  expect(events.filter(({ type }) => type === 'signal.gap' || type === 'signal.reordered')).toEqual([])
}

async function finalize({ claimed: { session, sessionId } }: Sent): Promise<void> {
  const { state } = await session.sessions.finalize.mutate({ sessionId, idempotencyKey: newKey() })
  expect(state).toBe('completed')
}

/** The report that was ordered just before the kill is made by the next instance. */
async function expectReport(
  { id: companyId }: SmallCompany,
  { claimed: { sessionId } }: Sent,
  api: ReturnType<typeof clientOf>,
): Promise<void> {
  const deadline = performance.now() + 60_000
  for (;;) {
    const { status, chain } = await api.reports.get.query({ companyId, sessionId })
    if (status !== 'pending' || performance.now() > deadline) {
      expect(status).toBe('ready')
      expect(chain.ok).toBe(true)
      return
    }
    // Reports are counted: each reads a whole log.
    await wait(500)
  }
}
