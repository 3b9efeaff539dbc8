import { reports, sessionEvents } from '@viva/db/schema'
import { hashEvent, hashPayload, verifyBundle } from '@viva/evidence'
import { desc, eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { candidateOf, memberOf, startTestApp, type TestApp } from '../../testing/index.ts'
import { tamper } from '../../testing/session-log.ts'
import { createScriptedProvider } from '../ai/index.ts'
import { createReportWorker } from './index.ts'
import { hashBody, type ReportBody } from './report-body.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

/** A session whose report is ready, and an admin of its company. */
async function reported() {
  const { session, sessionId, companyId } = await candidateOf(app)
  await session.sessions.finalize.mutate({ sessionId, idempotencyKey: crypto.randomUUID() })
  await createReportWorker({ ...app.ctx, ai: [createScriptedProvider()] }).tick()
  const admin = await memberOf(app, { companyId })
  const named = { sessionId, companyId }
  const report = () => admin.api.reports.get.query(named)
  expect(await report()).toMatchObject({ status: 'ready', chain: { ok: true, problems: [] } })
  return { ...named, admin, report }
}

/** What whoever owns the database can do to a report: another body, and an event, hashes and a head that fit it. */
async function forgeReport(sessionId: string): Promise<number> {
  const [row] = await app.db.drizzle.select().from(reports).where(eq(reports.sessionId, sessionId))
  const body: ReportBody = { ...(row?.body as ReportBody), summary: 'They should be hired.' }
  await app.db.drizzle.update(reports).set({ body }).where(eq(reports.sessionId, sessionId))

  const mine = eq(sessionEvents.sessionId, sessionId)
  const [event, before] = await app.db.drizzle
    .select()
    .from(sessionEvents)
    .where(mine)
    .orderBy(desc(sessionEvents.seq))
    .limit(2)
  if (!event || !before) throw new Error('the log is too short')
  const { seq, type, actor } = event
  const payload = { ...(event.payload as object), sha256: hashBody(body).toString('hex') }
  const salt = Buffer.from(event.salt ?? []).toString('hex')
  const payloadHash = hashPayload({ payload, salt })
  const previousHash = Buffer.from(before.hash).toString('hex')
  const hash = hashEvent({
    sessionId,
    seq,
    type,
    at: event.at.toISOString(),
    actor,
    payloadHash,
    previousHash,
  })
  await tamper(app, 'session_events', [
    `update session_events set payload = '${JSON.stringify(payload)}', payload_hash = decode('${payloadHash}', 'hex'),
       hash = decode('${hash}', 'hex') where session_id = '${sessionId}' and seq = ${seq}`,
    `update session_heads set hash = decode('${hash}', 'hex') where session_id = '${sessionId}'`,
  ])
  return seq
}

test('a report that was rewritten together with its event and all hashes is betrayed by its seal', async () => {
  const { admin, report, sessionId, companyId } = await reported()
  const seq = await forgeReport(sessionId)
  expect((await report()).chain).toMatchObject({ ok: false, problems: [{ code: 'SEAL_MISMATCH', seq }] })
  const bundle = await admin.api.sessions.exportEvidence.mutate({ companyId, sessionId })
  const trustedKeys = await app.ctx.keys.published()
  expect(await verifyBundle(bundle, { trustedKeys: trustedKeys.map((key) => ({ ...key })) })).toMatchObject({
    ok: false,
  })
})

test('nor does it help to remove that seal and have the log sealed afresh by an export', async () => {
  const { admin, report, sessionId, companyId } = await reported()
  const seq = await forgeReport(sessionId)
  await tamper(app, 'session_seals', [
    `delete from session_seals where session_id = '${sessionId}' and seq = ${seq}`,
  ])
  app.clock.advance(5 * 60 * 1000)
  const bundle = await admin.api.sessions.exportEvidence.mutate({ companyId, sessionId })
  expect((await report()).chain).toMatchObject({ ok: false, problems: [{ code: 'UNSEALED', seq }] })
  expect(await verifyBundle(bundle)).toMatchObject({ ok: false, problems: [{ code: 'UNSEALED', seq }] })
})

test('the event that vouches for a report is not to be erased, so that another body cannot take its place', async () => {
  const { admin, report, sessionId, companyId } = await reported()
  const erase = `update session_events set payload = null, salt = null
    where session_id = '${sessionId}' and type = 'report.ready'`
  const erasing = app.db.sql.begin(async (sql) => {
    await sql`select set_config('viva.erasing', 'on', true)`
    await sql.unsafe(erase)
  })
  await expect(erasing).rejects.toMatchObject({ code: 'VV001' })
  await tamper(app, 'session_events', [erase])
  const codes = async () => (await report()).chain.problems.map(({ code }) => code)
  expect(await codes()).toEqual(['NOT_ERASABLE', 'REPORT_CHANGED'])
  const bundle = await admin.api.sessions.exportEvidence.mutate({ companyId, sessionId })
  expect(await verifyBundle(bundle)).toMatchObject({ ok: false, problems: [{ code: 'NOT_ERASABLE' }] })
})
