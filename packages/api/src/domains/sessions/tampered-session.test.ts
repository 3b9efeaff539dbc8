import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../testing/index.ts'
import { newKey, sitDown } from './testing/stage.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app?.close())

test.each([
  ['another candidate', 'candidate_id = created_by', ['2 candidate']],
  ['another end', `state = 'ended', end_reason = 'withdrawn'`, ['7 state', '7 reason of the end']],
  [
    'another interview',
    `interview_id = (select id from interviews where id <> interview_id limit 1)`,
    ['1 interview'],
  ],
])(
  'a session that was given %s in the database is named, with the event that says so',
  async (_name, change, said) => {
    await sitDown(app)
    const { sessionId, session, member } = await sitDown(app)
    await session.sessions.finalize.mutate({ sessionId, idempotencyKey: newKey() })
    const chain = async () =>
      (await member.api.reports.get.query({ companyId: member.companyId, sessionId })).chain
    expect(await chain()).toMatchObject({ ok: true, problems: [] })
    await app.db.sql.unsafe(`update sessions set ${change} where id = '${sessionId}'`)
    const { ok, problems } = await chain()
    expect(ok).toBe(false)
    expect(problems.map(({ code }) => code)).toEqual(said.map(() => 'SESSION_CHANGED'))
    const names = problems.map(({ seq, message }) => `${seq} ${/session's (.+) is not/.exec(message)?.[1]}`)
    expect(names).toEqual(said)
  },
)

test.each([
  ['interview_versions', 'interview_id', `definition = jsonb_set(definition, '{title}', '"Another"')`],
  ['policy_versions', 'policy_id', `rules = jsonb_set(rules, '{consequences}', '[]')`],
])(
  'a version that a session was held by is named where it was changed in %s',
  async (table, column, change) => {
    const { sessionId, session, member } = await sitDown(app)
    await session.sessions.finalize.mutate({ sessionId, idempotencyKey: newKey() })
    const chain = async () =>
      (await member.api.reports.get.query({ companyId: member.companyId, sessionId })).chain
    expect(await chain()).toMatchObject({ ok: true, problems: [] })
    await app.db.sql.begin(async (sql) => {
      await sql.unsafe(`alter table ${table} disable trigger user`)
      await sql.unsafe(`update ${table} set ${change}
        where ${column} = (select ${column} from sessions where id = '${sessionId}')`)
      await sql.unsafe(`alter table ${table} enable trigger user`)
    })
    expect(await chain()).toMatchObject({ ok: false, problems: [{ code: 'SESSION_CHANGED', seq: 1 }] })
  },
)
