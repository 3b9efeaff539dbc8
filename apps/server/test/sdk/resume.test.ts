import { randomInt } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { createViva, EVENT_TYPES, type SessionEvent, type SignalKind, type Viva } from '@viva/client'
import { createTestDatabase } from '@viva/db/testing'
import { afterEach, expect, test } from 'vitest'
import { clientOf, newKey, type SmallCompany, smallCompany } from '../stage/company.ts'
import { type CuttableProxy, startCuttableProxy } from '../stage/cuttable-proxy.ts'
import { overDatabase, startDatabaseServer } from '../stage/database-server.ts'
import { startVivaProcess } from '../stage/viva-process.ts'

const EVENTS = 2000
const CUTS = 20
/** Signals in one call; each is one event. */
const BATCH = 40
/** None of these strikes, so that each signal is one event. */
const KIND: SignalKind = 'focus_gained'
/** A connection lives for a random time, at most about this. */
const LONGEST_PEACE_MS = 60

const opened: AsyncDisposable[] = []
afterEach(async () => {
  for (const thing of opened.splice(0).reverse()) await thing[Symbol.asyncDispose]()
})
function keep<Thing extends AsyncDisposable>(thing: Thing): Thing {
  opened.push(thing)
  return thing
}

test('2,000 events over a connection that is cut 20 times arrive once, in order, none lost', async () => {
  const { server } = keep(await startDatabaseServer())
  const proxy = keep(await startCuttableProxy(server.url))
  await sitThroughCuts({ proxy, servers: [server.url] })
}, 90_000)

test.skipIf(!process.env['TEST_DATABASE_URL'])(
  'the same where each cut leads to another instance over one Postgres (needs TEST_DATABASE_URL)',
  async () => {
    const database = keep(await createTestDatabase({ kind: 'postgres' }))
    const publicUrl = 'http://viva.example.test'
    // One installation behind one address: both instances sign and accept tokens in its name.
    const env = { ...overDatabase(database), VIVA_PUBLIC_URL: publicUrl }
    const first = keep(await startVivaProcess({ env }))
    const second = keep(await startVivaProcess({ env }))
    const proxy = keep(await startCuttableProxy(first.url, second.url))
    await sitThroughCuts({ proxy, servers: [first.url, second.url] })
  },
  90_000,
)

/** A candidate and a reviewer follow one session through the broken network while events are written on every server. */
async function sitThroughCuts({
  proxy,
  servers,
}: {
  proxy: CuttableProxy
  servers: string[]
}): Promise<void> {
  const [direct = ''] = servers
  const company = await smallCompany(direct)
  const { sessionId, token } = await company.members.admin.api.sessions.invite.mutate({
    companyId: company.id,
    interviewId: company.interviewId,
    idempotencyKey: newKey(),
  })
  // Retries at once: what is tested is the resuming, and the pause between tries has tests of its own.
  const options = { url: proxy.url, retryDelayMs: () => randomInt(5, 40) }
  const candidate = keepClient(createViva(options))
  const reviewer = keepClient(createViva(options))
  await reviewer.logIn(company.members.admin)
  const session = await candidate.claim({ token })
  await session.precheck({ consents: { browser: true } })
  await session.start()
  const { acet } = await candidate.api.sessions.refreshTokens.mutate({ sessionId })

  const monitor = reviewer.monitor({ companyId: company.id, sessionId })
  const last = (await session.summary()).events + EVENTS
  const heard = Promise.all([collect(session, last), collect(monitor, last)])
  await writeAndCut({ proxy, sessionId, acet, servers })
  const [byCandidate, byReviewer] = await heard

  const log = await storedLog(company, sessionId)
  expect(log).toHaveLength(last)
  expect(byReviewer.map(({ seq }) => seq)).toEqual(Array.from({ length: last }, (_, index) => index + 1))
  expect(byReviewer.map(({ hash }) => hash)).toEqual(log.map(({ hash }) => hash))
  const seenByCandidates = byReviewer.filter(({ type }) => EVENT_TYPES[type].candidate)
  expect(byCandidate).toEqual(seenByCandidates)
}

function keepClient(viva: Viva): Viva {
  keep({ [Symbol.asyncDispose]: async () => viva.close() })
  return viva
}

/** Everything that a feed brings up to event `last`, as it comes. */
async function collect(
  feed: Pick<ReturnType<Viva['monitor']>, 'events'>,
  last: number,
): Promise<SessionEvent[]> {
  const events: SessionEvent[] = []
  for await (const event of feed.events({ signal: AbortSignal.timeout(60_000) })) {
    events.push(event)
    if (event.seq >= last) break
  }
  return events
}

/**
 * Writes events past the broken network, on the servers in turn, so that streams hear of them from elsewhere, too. Before
 * randomly chosen batches the network is cut; events follow the last cut, so that everybody has to come back.
 */
async function writeAndCut(to: {
  proxy: CuttableProxy
  sessionId: string
  acet: string
  servers: string[]
}): Promise<void> {
  const { proxy, sessionId, acet, servers } = to
  const clients = servers.map((url) => clientOf(url, acet))
  const clientTime = new Date(1_700_000_000_000).toISOString()
  const batches = EVENTS / BATCH
  const cuts = new Set<number>()
  while (cuts.size < CUTS) cuts.add(randomInt(1, batches))
  for (let batch = 0; batch < batches; batch += 1) {
    if (cuts.has(batch)) await cutSomewhere(proxy)
    const signals = Array.from({ length: BATCH }, (_, index) => ({
      clientSeq: batch * BATCH + index + 1,
      clientTime,
      kind: KIND,
    }))
    await clients[batch % clients.length]?.proctoring.record.mutate({ sessionId, signals })
  }
}

/** Cuts until it met a socket, at random moments: in its greeting, in the replay, or in the tail. */
async function cutSomewhere(proxy: CuttableProxy): Promise<void> {
  const deadline = performance.now() + 60_000
  do {
    if (performance.now() > deadline) throw new Error('nobody came back')
    await wait(randomInt(LONGEST_PEACE_MS))
  } while (proxy.cut() === 0)
}

async function storedLog({ id: companyId, members }: SmallCompany, sessionId: string) {
  const bundle = await members.admin.api.sessions.exportEvidence.mutate({ companyId, sessionId })
  return bundle.events
}
