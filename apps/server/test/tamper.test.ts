import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type EvidenceBundle, hashEvent, verifyBundle, ZERO_HASH } from '@viva/evidence'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newKey, type SmallCompany, smallCompany } from './stage/company.ts'
import { type DatabaseServer, startDatabaseServer } from './stage/database-server.ts'
import { claimedSession } from './stage/sitting.ts'

const CLI = resolve(import.meta.dirname, '../src/cli.ts')
type Events = EvidenceBundle['events']

/** One way to falsify a log: by whoever reaches the database, by whoever holds the file, and what is found. */
interface Forgery {
  name: string
  statements: string[]
  falsify(events: Events): Events
  found: { code: string; seq: number }[]
}

/** Events in each session's log. */
const LENGTH = 9
const ROW = `session_id = $session`
const FORGERIES: Forgery[] = [
  {
    name: 'an edited payload',
    statements: [`update session_events set payload = '{"text": "better"}' where ${ROW} and seq = 5`],
    falsify: (events) => change(events, 5, { payload: { text: 'better' } }),
    found: [{ code: 'PAYLOAD_MISMATCH', seq: 5 }],
  },
  {
    name: 'an edited time',
    statements: [`update session_events set at = at - interval '1 hour' where ${ROW} and seq = 5`],
    falsify: (events) => change(events, 5, { at: '2020-01-01T00:00:00.000Z' }),
    found: [{ code: 'EDITED', seq: 5 }],
  },
  {
    name: 'a deleted event',
    statements: [`delete from session_events where ${ROW} and seq = 5`],
    falsify: (events) => events.filter(({ seq }) => seq !== 5),
    found: [{ code: 'MISSING', seq: 5 }],
  },
  {
    name: 'an inserted event',
    statements: [
      // In two steps, since no two rows may have one number even for a moment.
      `update session_events set seq = seq + 1000001 where ${ROW} and seq >= 5`,
      `update session_events set seq = seq - 1000000 where ${ROW} and seq > 1000000`,
      `insert into session_events (session_id, seq, company_id, type, at, actor, payload, salt, payload_hash, hash)
       select session_id, 5, company_id, type, at, actor, payload, salt, payload_hash, sha256(hash)
       from session_events where ${ROW} and seq = 4`,
    ],
    falsify: (events) => [
      ...events.slice(0, 4),
      ...events.slice(3, 4).map((event) => ({ ...event, seq: 5, hash: 'ab'.repeat(32) })),
      ...events.slice(4).map((event) => ({ ...event, seq: event.seq + 1 })),
    ],
    found: [{ code: 'INSERTED', seq: 5 }],
  },
  {
    name: 'two swapped events',
    statements: [
      `update session_events set seq = 1000005 where ${ROW} and seq = 5`,
      `update session_events set seq = 5 where ${ROW} and seq = 6`,
      `update session_events set seq = 6 where ${ROW} and seq = 1000005`,
    ],
    falsify: (events) => {
      const [fifth, sixth] = [events[4], events[5]]
      if (!fifth || !sixth) throw new Error('the log is too short')
      return events.with(4, { ...sixth, seq: 5 }).with(5, { ...fifth, seq: 6 })
    },
    found: [
      { code: 'OUT_OF_ORDER', seq: 5 },
      { code: 'OUT_OF_ORDER', seq: 6 },
    ],
  },
  {
    name: 'a log that was cut off',
    statements: [
      `delete from session_events where ${ROW} and seq = (select max(seq) from session_events where ${ROW})`,
    ],
    falsify: (events) => events.slice(0, -1),
    found: [{ code: 'MISSING', seq: LENGTH }],
  },
]

function change(events: Events, seq: number, fields: Partial<Events[number]>): Events {
  return events.map((event) => (event.seq === seq ? { ...event, ...fields } : event))
}

let stage: DatabaseServer
let url: string
let company: SmallCompany
let folder: string
let jwksFile: string

beforeAll(async () => {
  stage = await startDatabaseServer()
  url = stage.server.url
  company = await smallCompany(url)
  folder = await mkdtemp(join(tmpdir(), 'viva-tamper-'))
  jwksFile = join(folder, 'jwks.json')
  const jwks = await fetch(`${url}/.well-known/jwks.json`)
  await writeFile(jwksFile, await jwks.text())
})

afterAll(async () => {
  await stage?.[Symbol.asyncDispose]()
  if (folder) await rm(folder, { recursive: true, force: true })
})

/** A session with a log of nine events, the seal of whose head was exported before anybody tampers with it. */
async function sealedSession(): Promise<{ sessionId: string; bundle: EvidenceBundle }> {
  const { id: companyId, members, interviewId } = company
  const inviter = members.admin.api
  const { sessionId, session } = await claimedSession(url, { inviter, companyId, interviewId })
  await session.sessions.precheck.mutate({ sessionId, consents: { browser: true } })
  await session.sessions.start.mutate({ sessionId, idempotencyKey: newKey() })
  const next = await session.sessions.nextQuestion.mutate({ sessionId, idempotencyKey: newKey() })
  if (next.kind !== 'asked') throw new Error('no question was asked')
  const questionId = next.question.id
  for (const text of ['A queue.', 'And its worker.']) {
    await session.sessions.answer.mutate({ sessionId, questionId, text, idempotencyKey: newKey() })
  }
  const bundle = await exported(sessionId)
  expect(bundle.head.seq).toBe(LENGTH)
  return { sessionId, bundle }
}

const exported = (sessionId: string): Promise<EvidenceBundle> =>
  company.members.admin.api.sessions.exportEvidence.mutate({ companyId: company.id, sessionId })

/** What `viva verify` says about a bundle, and with which exit code. */
async function verifyByCli(bundle: EvidenceBundle): Promise<{ code: number | null; output: string }> {
  const file = join(folder, `${newKey()}.json`)
  await writeFile(file, JSON.stringify(bundle))
  const args = [CLI, 'verify', file, '--keys', jwksFile, '--issuer', url]
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, { cwd: folder }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, output: stdout + stderr }),
    )
  })
}

/** Does what only the owner of the database can: the tables themselves refuse it to everybody else. */
async function tamper(sessionId: string, statements: readonly string[]): Promise<void> {
  await stage.database.db.sql.begin(async (sql) => {
    await sql`alter table session_events disable trigger user`
    for (const statement of statements) await sql.unsafe(statement.replaceAll('$session', `'${sessionId}'`))
    await sql`alter table session_events enable trigger user`
  })
}

test('a log that nobody touched is verified by the server and from the file', async () => {
  const { sessionId, bundle } = await sealedSession()
  const chain = await company.members.admin.api.sessions.verify.query({ companyId: company.id, sessionId })
  expect(chain).toMatchObject({ ok: true, problems: [] })
  const { code, output } = await verifyByCli(bundle)
  expect(output).toContain(': verified')
  expect(output).toMatch(/signature: +trusted/)
  expect(code).toBe(0)
})

test('the database refuses to falsify a log as long as its triggers stand', async () => {
  const { sessionId } = await sealedSession()
  const { sql } = stage.database.db
  for (const { statements } of FORGERIES) {
    const [statement = ''] = statements
    const attempt = sql.unsafe(statement.replaceAll('$session', `'${sessionId}'`))
    await expect(attempt, statement).rejects.toMatchObject({ code: 'VV001' })
  }
})

describe.each(FORGERIES)('$name', ({ statements, falsify, found }) => {
  test('is named by sessions.verify and the report, and by viva verify', async () => {
    const { sessionId, bundle } = await sealedSession()
    const inFile = await verifyBundle({ ...bundle, events: falsify(bundle.events) })
    expectFound(inFile, found)

    await tamper(sessionId, statements)
    const { api } = company.members.admin
    const named = { companyId: company.id, sessionId }
    const chain = await api.sessions.verify.query(named)
    expectFound(chain, found)
    // The report compares more than the chain, answers among them, and may find more.
    const report = await api.reports.get.query(named)
    expect(report.chain.ok).toBe(false)
    expect(report.chain.problems).toEqual(expect.arrayContaining(chain.problems))
    await expectRefused(await exported(sessionId), found)
  })
})

function expectFound(
  chain: { ok: boolean; problems: { code: string; seq: number }[] },
  found: Forgery['found'],
) {
  expect(chain.ok).toBe(false)
  const problems = chain.problems.map(({ code, seq }) => ({ code, seq }))
  expect(problems).toEqual(expect.arrayContaining(found))
}

async function expectRefused(bundle: EvidenceBundle, found: Forgery['found']): Promise<void> {
  const { code, output } = await verifyByCli(bundle)
  expect(output).toContain('NOT VERIFIED')
  for (const problem of found) expect(output).toContain(`${problem.code} at ${problem.seq}:`)
  expect(code).toBe(1)
}

test('a past that was rewritten with all hashes made anew is betrayed by the seal', async () => {
  const { bundle } = await sealedSession()
  const sessionId = bundle.session.id
  const events: EvidenceBundle['events'] = []
  for (const event of bundle.events) {
    const previousHash = events.at(-1)?.hash ?? ZERO_HASH
    const actor = event.seq === 3 ? 'system' : event.actor
    events.push({ ...event, actor, hash: hashEvent({ ...event, actor, sessionId, previousHash }) })
  }
  const head = { seq: events.length, hash: events.at(-1)?.hash ?? '' }
  const { code, output } = await verifyByCli({ ...bundle, events, head })
  expect(output).toContain('NOT VERIFIED')
  expect(output).toContain(`EDITED at ${head.seq}:`)
  expect(code).toBe(1)
})
