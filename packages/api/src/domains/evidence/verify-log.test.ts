import { hashEvent, verifyBundle } from '@viva/evidence'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../testing/index.ts'
import {
  appendByHand,
  appendSignals,
  type SessionLog,
  sessionLog,
  tamper,
} from '../../testing/session-log.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app?.close())

async function verify({ admin, companyId, sessionId }: SessionLog) {
  return admin.api.sessions.verify.query({ companyId, sessionId })
}

async function problemsAfter(length: number, statements: (id: string) => string[]) {
  const log = await sessionLog(app, length)
  expect(await verify(log)).toMatchObject({ ok: true, events: length, problems: [] })
  await tamper(app, 'session_events', statements(log.sessionId))
  const status = await verify(log)
  expect(status.ok).toBe(false)
  return status.problems.map(({ code, seq }) => `${seq} ${code}`)
}

const of = (id: string, seq: number) => `session_id = '${id}' and seq = ${seq}`

describe('the verifier names', () => {
  test('an edited payload', async () => {
    const problems = await problemsAfter(9, (id) => [
      `update session_events set payload = jsonb_set(payload, '{details,note}', '"nothing"') where ${of(id, 4)}`,
    ])
    expect(problems).toEqual(['4 PAYLOAD_MISMATCH'])
  })

  test.each([
    ['actor', `actor = 'member:somebody'`],
    ['type', `type = 'answer.received'`],
    ['time', `at = at + interval '1 second'`],
  ])('an edited %s', async (_name, change) => {
    const problems = await problemsAfter(9, (id) => [
      `update session_events set ${change} where ${of(id, 5)}`,
    ])
    expect(problems).toEqual(['5 EDITED'])
  })

  test('a deleted event', async () => {
    const problems = await problemsAfter(9, (id) => [`delete from session_events where ${of(id, 3)}`])
    expect(problems).toEqual(['3 MISSING'])
  })

  test('a tail that was cut off', async () => {
    const problems = await problemsAfter(9, (id) => [
      `delete from session_events where session_id = '${id}' and seq > 7`,
    ])
    expect(problems).toEqual(['8 MISSING', '9 HEAD_MISMATCH', '9 MISSING'])
  })

  test('an inserted event', async () => {
    const problems = await problemsAfter(9, (id) => [
      `update session_events set seq = seq + 1000 where session_id = '${id}' and seq > 4`,
      `update session_events set seq = seq - 999 where session_id = '${id}' and seq > 1000`,
      `insert into session_events (session_id, seq, company_id, type, at, actor, payload, salt, payload_hash, hash)
       select session_id, 5, company_id, type, at, actor, payload, salt, payload_hash, sha256(hash)
       from session_events where ${of(id, 4)}`,
    ])
    expect(problems).toContain('5 INSERTED')
  })

  test('two events that changed places', async () => {
    const problems = await problemsAfter(9, (id) => [
      `update session_events set seq = 1000 where ${of(id, 3)}`,
      `update session_events set seq = 3 where ${of(id, 6)}`,
      `update session_events set seq = 6 where ${of(id, 1000)}`,
    ])
    expect(problems).toEqual(['3 OUT_OF_ORDER', '6 OUT_OF_ORDER'])
  })

  test('an event after the end', async () => {
    const problems = await problemsAfter(3, (id) => [
      `insert into session_events (session_id, seq, company_id, type, at, actor, payload, salt, payload_hash, hash)
       select session_id, 4, company_id, type, at, actor, payload, salt, payload_hash, sha256(hash)
       from session_events where ${of(id, 3)}`,
    ])
    expect(problems).toContain('4 INSERTED')
  })

  test('a past that was rewritten with all its hashes, once it had been sealed', async () => {
    const log = await sessionLog(app, 6)
    await log.candidate.session.sessions.finalize.mutate({
      sessionId: log.sessionId,
      idempotencyKey: crypto.randomUUID(),
    })
    await rewriteFrom(log.sessionId, 4)
    const { ok, problems } = await verify(log)
    expect(ok).toBe(false)
    expect(problems.map(({ code, seq }) => `${seq} ${code}`)).toEqual(['7 SEAL_MISMATCH'])
  })

  test('a closed log whose own seal was removed, although an export sealed what was put in its place', async () => {
    const log = await sessionLog(app, 3)
    const { companyId, sessionId } = log
    const idempotencyKey = crypto.randomUUID()
    await log.candidate.session.sessions.finalize.mutate({ sessionId, idempotencyKey })
    await rewriteFrom(sessionId, 2)
    await tamper(app, 'session_seals', [`delete from session_seals where session_id = '${sessionId}'`])
    app.clock.advance(5 * 60 * 1000)
    await log.admin.api.sessions.exportEvidence.mutate({ companyId, sessionId })
    expect((await verify(log)).problems).toMatchObject([{ code: 'UNSEALED', seq: 4 }])
  })

  test('an event that was appended by hand to a closed log, although an export sealed it', async () => {
    const log = await sessionLog(app, 3)
    const { companyId, sessionId } = log
    await log.candidate.session.sessions.finalize.mutate({ sessionId, idempotencyKey: crypto.randomUUID() })
    const payload = { strikeId: crypto.randomUUID(), message: 'Cheated.' }
    await appendByHand(app, sessionId, { type: 'strike.issued', actor: 'system', payload })
    await log.admin.api.sessions.exportEvidence.mutate({ companyId, sessionId })
    expect((await verify(log)).problems).toMatchObject([{ code: 'UNSEALED', seq: 5 }])
  })

  test('a session that was opened again, rewritten, and closed as if it had been at its old time', async () => {
    await using own = await startTestApp()
    const log = await sessionLog(own, 3)
    const { companyId, sessionId, admin, candidate } = log
    const { sql } = own.db
    const [{ source = '' } = {}] = await sql<{ source: string }[]>`
      select pg_get_functiondef('append_session_events(uuid, jsonb)'::regprocedure) as source`
    const backdating = source.replace(/v_at := greatest.*;/, `v_at := v_at + interval '1 second';`)
    expect(backdating).not.toBe(source)
    const close = () =>
      candidate.session.sessions.finalize.mutate({ sessionId, idempotencyKey: crypto.randomUUID() })
    await close()
    const [row] = await sql<{ hash: Uint8Array; at: Date }[]>`
      select hash, at from session_events where session_id = ${sessionId} and seq = 3`
    await tamper(own, 'session_seals', [`delete from session_seals where session_id = '${sessionId}'`])
    await tamper(own, 'session_events', [
      `delete from session_events where session_id = '${sessionId}' and seq > 3`,
    ])
    await sql`delete from reports where session_id = ${sessionId}`
    await sql`
      update session_heads set seq = 3, hash = ${row?.hash ?? null}, last_at = ${row?.at ?? null}, closed = false
      where session_id = ${sessionId}`
    await sql`update sessions set state = 'active', closed_at = null where id = ${sessionId}`
    await sql.unsafe(backdating)
    own.clock.advance(60_000)
    await close()
    const status = await admin.api.sessions.verify.query({ companyId, sessionId })
    expect(status.problems).toMatchObject([{ code: 'UNSEALED', seq: 4 }])
    const bundle = await admin.api.sessions.exportEvidence.mutate({ companyId, sessionId })
    expect(await verifyBundle(bundle)).toMatchObject({ ok: false, problems: [{ code: 'UNSEALED', seq: 4 }] })
  })

  test('a seal that the server did not make', async () => {
    const log = await sessionLog(app, 2)
    const { companyId, sessionId } = log
    await log.admin.api.sessions.exportEvidence.mutate({ companyId, sessionId })
    await tamper(app, 'session_seals', [
      `update session_seals set jws = left(jws, -4) || 'AAAA' where session_id = '${sessionId}'`,
    ])
    expect((await verify(log)).problems).toMatchObject([{ code: 'SEAL_INVALID', seq: 2 }])
  })

  test.each(['-5', '0', '9007199254740993', '9223372036854775807'])(
    'a row with the number %s, without failing',
    async (seq) => {
      const problems = await problemsAfter(3, (id) => [
        `insert into session_events (session_id, seq, company_id, type, at, actor, payload, salt, payload_hash, hash)
         select session_id, ${seq}, company_id, '', 'infinity', '', null, null, '', '' from session_events
         where ${of(id, 1)}`,
      ])
      expect(problems.length).toBeGreaterThan(0)
    },
  )

  /** Rewrites a log as its owner could: one event changed, every hash after it made anew, the head moved along. */
  async function rewriteFrom(sessionId: string, from: number): Promise<void> {
    const rows = await app.db.sql<
      { seq: number; type: string; at: Date; payload_hash: Uint8Array; hash: Uint8Array }[]
    >`
      select seq, type, at, payload_hash, hash from session_events where session_id = ${sessionId} order by seq`
    const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex')
    let previousHash = hex(rows[from - 2]?.hash)
    const statements: string[] = []
    for (const { seq, type, at, payload_hash } of rows.slice(from - 1)) {
      const actor = 'member:somebody'
      const header = { sessionId, seq, type, at: at.toISOString(), actor, payloadHash: hex(payload_hash) }
      previousHash = hashEvent({ ...header, previousHash })
      statements.push(
        `update session_events set actor = '${actor}', hash = decode('${previousHash}', 'hex') where ${of(sessionId, seq)}`,
      )
    }
    statements.push(
      `update session_heads set hash = decode('${previousHash}', 'hex') where session_id = '${sessionId}'`,
    )
    await tamper(app, 'session_events', statements)
  }
})

describe('erasure', () => {
  test('is reported as erased, and the chain still verifies', async () => {
    const log = await sessionLog(app, 6)
    await erase(log.sessionId, 'payload = null, salt = null')
    expect(await verify(log)).toMatchObject({ ok: true, events: 6, erased: [3], problems: [] })
    const [row] = await app.db.sql`
      select payload, salt from session_events where session_id = ${log.sessionId} and seq = 3`
    expect(row).toEqual({ payload: null, salt: null })
  })

  test.each([
    'payload = null',
    `payload = null, salt = null, actor = 'member:somebody'`,
    `payload = '{}', salt = null`,
    `salt = null, payload = null, hash = sha256('')`,
  ])('admits nothing but payload and salt together (%s)', async (change) => {
    const log = await sessionLog(app, 3)
    await expect(erase(log.sessionId, change)).rejects.toMatchObject({ code: 'VV001' })
    expect(await verify(log)).toMatchObject({ ok: true, erased: [] })
  })

  async function erase(sessionId: string, change: string): Promise<void> {
    await app.db.sql.begin(async (sql) => {
      await sql`select set_config('viva.erasing', 'on', true)`
      await sql.unsafe(`update session_events set ${change} where ${of(sessionId, 3)}`)
    })
  }
})

test('a log that grows while it is verified is never called broken', async () => {
  const log = await sessionLog(app, 50)
  let growing = true
  const growth = (async () => {
    while (growing) await appendSignals(app, log.sessionId, [{ note: 'more' }, { note: 'and more' }])
  })()
  for (let round = 0; round < 20; round++) expect(await verify(log)).toMatchObject({ ok: true, problems: [] })
  growing = false
  await growth
})

test('a log of more than one batch verifies whole', async () => {
  const log = await sessionLog(app, 1201)
  expect(await verify(log)).toMatchObject({ ok: true, events: 1201 })
})
