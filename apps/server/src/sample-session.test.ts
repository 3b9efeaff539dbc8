import { createTestDatabase, type TestDatabase } from '@viva/db/testing'
import { expect, test, vi } from 'vitest'
import { clientOf } from '../test/stage/company.ts'
import { type LocalServer, startLocalServer } from '../test/stage/local-server.ts'

/** Each demo hashes passwords and starts a server or two, which takes long on a busy machine. */
const SLOW = { timeout: 120_000 }
const SEED = { VIVA_SEED_DEMO: 'true' }

/** The API as the demo's admin. */
async function adminOf({ url, server }: LocalServer) {
  const [admin] = server.demo
  if (!admin) throw new Error('there is no demo')
  const { email, password } = admin
  const { tokens } = await clientOf(url).auth.logIn.mutate({ email, password })
  const api = clientOf(url, tokens.accessToken)
  const { memberships } = await api.auth.me.query()
  expect(memberships).toMatchObject([{ companyName: 'Example Company', role: 'admin' }])
  return { api, companyId: memberships[0]?.companyId ?? '' }
}

/** Checks that the demo has everything once, whatever happened before. */
async function expectWholeDemo(stage: LocalServer): Promise<void> {
  const { api, companyId } = await adminOf(stage)
  const interviews = await api.interviews.list.query({ companyId })
  expect(interviews.items.map(({ publishedVersion }) => publishedVersion)).toEqual([1, 1])
  const { items } = await api.sessions.list.query({ companyId })
  expect(items).toMatchObject([
    { candidate: { name: 'Casey Candidate' }, state: 'completed', strikeCount: 2, flagged: true },
  ])
  const sessionId = items[0]?.id ?? ''
  expect(await api.sessions.verify.query({ companyId, sessionId })).toMatchObject({ ok: true, problems: [] })

  const report = await vi.waitFor(async () => {
    const made = await api.reports.get.query({ companyId, sessionId })
    expect(made.status).toBe('ready')
    return made
  }, 60_000)
  expect(report.transcript.map(({ answers }) => answers.length)).toEqual([1, 1, 1])
  expect(report.strikes.map(({ ruleId, signals }) => [ruleId, signals.map(({ kind }) => kind)])).toEqual([
    ['left-the-page', ['tab_hidden', 'tab_hidden']],
    ['pasted-text', ['paste']],
  ])
  const signals = await stage.database.db.sql`
    select type from session_events where session_id = ${sessionId} and type like 'signal.%' order by seq`
  expect(signals.map(({ type }) => type)).toEqual(Array(5).fill('signal.recorded'))
}

test('a new demo has a finished session with strikes and a report', SLOW, async () => {
  await using stage = await startLocalServer({ env: SEED })
  await expectWholeDemo(stage)
})

/** Makes the database refuse to go on at one place, as a crash there would. */
async function breakAt(database: TestDatabase, table: string, when: string): Promise<void> {
  await database.db.sql.unsafe(`
    create function break_off() returns trigger language plpgsql as $$
    begin
      if ${when} then raise exception 'broken off'; end if;
      return new;
    end $$;
    create trigger break_off before insert or update on ${table} for each row execute function break_off()`)
}

test.each([
  [
    'before its interview is published',
    'interviews',
    "tg_op = 'UPDATE' and (select count(*) from interviews) = 2",
  ],
  ['between a strike and an answer', 'answers', '(select count(*) from answers) = 1'],
  ['at its end', 'sessions', "new.state = 'completed'"],
])('a start that broke off %s is made good by the next', SLOW, async (_place, table, when) => {
  await using database = await createTestDatabase()
  await breakAt(database, table, when)
  await expect(startLocalServer({ database, env: SEED })).rejects.toThrow(/^Failed query/)
  await database.db.sql.unsafe(`drop trigger break_off on ${table}`)
  await using stage = await startLocalServer({ database, env: SEED })
  await expectWholeDemo(stage)
})

test('servers that start together make one demo', SLOW, async () => {
  await using database = await createTestDatabase()
  const both = await Promise.all([1, 2].map(() => startLocalServer({ database, env: SEED })))
  await using first = both[0]
  await using second = both[1]
  expect(second?.server.demo).toEqual(first?.server.demo)
  if (first) await expectWholeDemo(first)
})

test('a demo that people have used before gets no sample', SLOW, async () => {
  await using database = await createTestDatabase()
  {
    await using stage = await startLocalServer({ database, env: SEED })
    await expectWholeDemo(stage)
  }
  // As where there was a demo, and sessions of it, before there was a sample.
  await database.db.sql`update sessions set candidate_name = 'Somebody'`
  await database.db.sql`delete from idempotency_keys`
  await using stage = await startLocalServer({ database, env: SEED })
  const { api, companyId } = await adminOf(stage)
  expect((await api.sessions.list.query({ companyId })).items).toHaveLength(1)
})
