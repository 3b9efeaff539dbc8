import { hashEvent, hashPayload, ZERO_HASH } from '@viva/evidence'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonValue } from '../../contract/index.ts'
import { startTestApp, type TestApp } from '../../testing/index.ts'
import { appendSignals, sessionLog } from '../../testing/session-log.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app?.close())

/** Text that the API lets in: well-formed, without NUL. */
const text = fc.string({ unit: 'grapheme' }).filter((value) => value.isWellFormed() && !value.includes('\0'))
const json: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<JsonValue>(
      null,
      true,
      false,
      0,
      -0,
      1e21,
      1e-7,
      5e-324,
      Number.MAX_VALUE,
      '"\\\n',
      '€ 𝄞 é',
    ),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    text,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4 }),
  ),
})).value

test('the database numbers, chains and hashes as the evidence format says, whatever a payload holds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.dictionary(text, json), { minLength: 1, maxLength: 5 }), async (details) => {
      const { sessionId, admin, companyId } = await sessionLog(app, 0)
      await appendSignals(app, sessionId, details)
      const rows = await app.db.sql<Stored[]>`
        select seq, type, at, actor, payload, encode(salt, 'hex') as salt, encode(hash, 'hex') as hash,
          encode(payload_hash, 'hex') as "payloadHash"
        from session_events where session_id = ${sessionId} order by seq`
      expect(rows.map(({ seq }) => seq)).toEqual(details.map((_, index) => index + 1))
      let previousHash = ZERO_HASH
      for (const { seq, type, at, actor, payload, salt, payloadHash, hash } of rows) {
        expect(hashPayload({ payload, salt })).toBe(payloadHash)
        const header = { sessionId, seq, type, at: at.toISOString(), actor, payloadHash, previousHash }
        expect(hashEvent(header)).toBe(hash)
        previousHash = hash
      }
      const chain = await admin.api.sessions.verify.query({ companyId, sessionId })
      expect(chain).toMatchObject({ ok: true, headHash: previousHash })
    }),
    { numRuns: 60 },
  )
})

interface Stored {
  seq: number
  type: string
  at: Date
  actor: string
  payload: JsonValue
  salt: string
  payloadHash: string
  hash: string
}

describe('the database itself refuses', () => {
  const TABLES = ['session_events', 'session_seals', 'audit_log', 'interview_versions', 'policy_versions']

  test.each(TABLES)('to change or remove rows of %s', async (table) => {
    const { admin, companyId, sessionId } = await sessionLog(app, 2)
    await admin.api.sessions.exportEvidence.mutate({ companyId, sessionId })
    const [row] = await app.db.sql<{ n: number }[]>`select count(*) as n from ${app.db.sql(table)}`
    expect(row?.n).toBeGreaterThan(0)
    await expect(app.db.sql`delete from ${app.db.sql(table)}`).rejects.toMatchObject({ code: 'VV001' })
    const [column] = await app.db.sql<{ name: string }[]>`
      select column_name as name from information_schema.columns where table_name = ${table} limit 1`
    const name = column?.name ?? ''
    await expect(
      app.db.sql`update ${app.db.sql(table)} set ${app.db.sql(name)} = ${app.db.sql(name)}`,
    ).rejects.toMatchObject({ code: 'VV001' })
  })

  test.each(['session_events', 'session_seals', 'audit_log'])('to empty %s at once', async (table) => {
    await expect(app.db.sql`truncate ${app.db.sql(table)}`).rejects.toMatchObject({ code: 'VV001' })
  })
})

test('the time within a log never steps back, whatever the clock does', async () => {
  const { sessionId } = await sessionLog(app, 1)
  app.clock.advance(-60_000)
  await appendSignals(app, sessionId, [{ note: 'by a clock that was set back' }])
  app.clock.advance(60_000)
  const [row] = await app.db.sql`
    select bool_and(at >= previous) as ordered from (
      select at, lag(at, 1, at) over (order by seq) as previous from session_events where session_id = ${sessionId}) t`
  expect(row).toEqual({ ordered: true })
})

test('parallel appends of many writers leave one gapless chain', async () => {
  const { sessionId, admin, companyId } = await sessionLog(app, 0)
  await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      appendSignals(app, sessionId, [{ index }, { index, second: true }]),
    ),
  )
  const chain = await admin.api.sessions.verify.query({ companyId, sessionId })
  expect(chain).toMatchObject({ ok: true, events: 80, problems: [] })
})
