import { parseBundle, verifyBundle } from '@viva/evidence'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../testing/index.ts'
import { appendSignals, sessionLog, tamper } from '../../testing/session-log.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app?.close())

test('an exported log verifies offline against the published keys', async () => {
  const { admin, candidate, companyId, sessionId } = await sessionLog(app, 5)
  await candidate.session.sessions.finalize.mutate({ sessionId, idempotencyKey: crypto.randomUUID() })
  const file = JSON.stringify(await admin.api.sessions.exportEvidence.mutate({ companyId, sessionId }))
  const bundle = parseBundle(JSON.parse(file))
  const trustedKeys = await app.ctx.keys.published()
  const report = await verifyBundle(bundle, { trustedKeys, issuer: app.url })
  expect(report).toMatchObject({ ok: true, events: 6, signature: 'trusted', problems: [] })
  expect(bundle.session).toMatchObject({ id: sessionId, companyId, state: 'completed', endReason: null })
  expect(file).not.toContain('"d":')
})

test('a head that is sealed already is not sealed twice; one that moved on is', async () => {
  const { admin, companyId, sessionId } = await sessionLog(app, 2)
  const take = () => admin.api.sessions.exportEvidence.mutate({ companyId, sessionId })
  const both = await Promise.all([take(), take()])
  expect(both[0].seals).toHaveLength(1)
  expect(both[1].seals).toEqual(both[0].seals)
  await appendSignals(app, sessionId, [{ note: 'more' }])
  const later = await take()
  expect(later.seals).toHaveLength(2)
  expect(later.seals[0]).toBe(both[0].seals[0])
  expect((await verifyBundle(parseBundle(later))).ok).toBe(true)
})

test('seals made before a key was rotated still verify', async () => {
  const { admin, companyId, sessionId } = await sessionLog(app, 2)
  const take = () => admin.api.sessions.exportEvidence.mutate({ companyId, sessionId })
  await take()
  await app.ctx.keys.rotate()
  await appendSignals(app, sessionId, [{ note: 'under a new key' }])
  const trustedKeys = await app.ctx.keys.published()
  expect(await verifyBundle(parseBundle(await take()), { trustedKeys })).toMatchObject({ ok: true })
  expect(await admin.api.sessions.verify.query({ companyId, sessionId })).toMatchObject({ ok: true })
})

test('who took the evidence is in the audit log', async () => {
  const { admin, companyId, sessionId } = await sessionLog(app, 1)
  await admin.api.sessions.exportEvidence.mutate({ companyId, sessionId })
  const entries = await app.db.sql`
    select actor, action, target from audit_log where company_id = ${companyId}`
  expect(entries).toEqual([
    { actor: `member:${admin.userId}`, action: 'sessions.exportEvidence', target: sessionId },
  ])
})

test('a log that was tampered with is exported as it is, and its reader sees it', async () => {
  const { admin, companyId, sessionId } = await sessionLog(app, 5)
  await tamper(app, 'session_events', [
    `update session_events set actor = 'member:somebody' where session_id = '${sessionId}' and seq = 2`,
  ])
  const bundle = parseBundle(await admin.api.sessions.exportEvidence.mutate({ companyId, sessionId }))
  const report = await verifyBundle(bundle)
  expect(report.problems).toMatchObject([{ code: 'EDITED', seq: 2 }])
})
