import { createHash } from 'node:crypto'
import { mediaObjects } from '@viva/db/schema'
import { expect, test } from 'vitest'
import { transaction } from '../../core/transaction.ts'
import { candidateOf, memberOf, startTestApp } from '../../testing/index.ts'
import { tamper } from '../../testing/session-log.ts'

test('a report shows strikes with the signals they stand on, and recordings with their hashes', async () => {
  await using app = await startTestApp()
  const candidate = await candidateOf(app)
  const { sessionId, companyId } = candidate
  const clientTimes = ['2026-01-05T10:00:00.000Z', '2026-01-05T10:00:05.000Z']
  await candidate.signals.proctoring.record.mutate({
    sessionId,
    signals: clientTimes.map((clientTime, index) => ({
      clientSeq: index + 1,
      clientTime,
      kind: 'tab_hidden' as const,
    })),
  })
  const sha256 = createHash('sha256').update('a recording').digest()
  const now = app.clock.now()
  await app.db.drizzle.insert(mediaObjects).values({
    id: app.ctx.random.id(),
    sessionId,
    companyId,
    kind: 'audio',
    contentType: 'audio/webm',
    bytes: 11,
    sha256,
    status: 'stored',
    storageKey: 'a/secret/place',
    createdAt: now,
    storedAt: now,
  })

  const reviewer = await memberOf(app, { companyId, role: 'reviewer' })
  const report = await reviewer.api.reports.get.query({ companyId, sessionId })
  expect(report.strikes).toHaveLength(1)
  const [strike] = report.strikes
  expect(strike?.signals.map(({ seq }) => seq)).toEqual(strike?.signalSeqs)
  expect(strike?.signals.map(({ clientTime }) => clientTime)).toEqual(clientTimes)
  expect(strike?.signals.every(({ kind }) => kind === 'tab_hidden')).toBe(true)
  expect(report.media).toMatchObject([{ kind: 'audio', status: 'stored', sha256: sha256.toString('hex') }])
  expect(JSON.stringify(report)).not.toContain('a/secret/place')
})

test('a recording whose row was pointed at other bytes is named', async () => {
  await using app = await startTestApp()
  const { sessionId, companyId } = await candidateOf(app)
  const id = app.ctx.random.id()
  const sha256 = createHash('sha256').update('a recording').digest()
  const now = app.clock.now()
  const facts = { kind: 'audio', contentType: 'audio/webm', bytes: 11, questionId: null } as const
  await transaction(app.ctx, async (tx) => {
    const storageKey = `${companyId}/${sessionId}/${id}/${app.ctx.random.id()}`
    const row = { id, sessionId, companyId, ...facts, sha256, status: 'stored' as const, storageKey }
    await tx.db.insert(mediaObjects).values({ ...row, createdAt: now, storedAt: now })
    const payload = { mediaId: id, ...facts, sha256: sha256.toString('hex') }
    await tx.append(sessionId, [{ type: 'media.stored', payload }])
  })
  const reviewer = await memberOf(app, { companyId, role: 'reviewer' })
  const chain = async () => (await reviewer.api.reports.get.query({ companyId, sessionId })).chain
  expect(await chain()).toMatchObject({ ok: true, problems: [] })
  const { sessionId: another } = await candidateOf(app)
  await app.db.sql`
    update media_objects set storage_key = replace(storage_key, ${sessionId}, ${another}) where id = ${id}`
  expect(await chain()).toMatchObject({ ok: false, problems: [{ code: 'MEDIA_CHANGED' }] })
})

test('a log with a row whose time is none is read, and the row named', async () => {
  await using app = await startTestApp()
  const { sessionId, companyId } = await candidateOf(app)
  await transaction(app.ctx, (tx) =>
    tx.append(sessionId, [
      { type: 'report.failed', payload: { reportId: app.ctx.random.id(), attempts: 1 } },
      {
        type: 'run.finished',
        payload: {
          runId: app.ctx.random.id(),
          purpose: 'scoring',
          provider: 'none',
          model: 'none',
          promptVersion: 'none',
          outcome: 'failed',
          inputSha256: '',
          outputSha256: null,
          inputTokens: 0,
          outputTokens: 0,
        },
      },
    ]),
  )
  await tamper(app, 'session_events', [
    `update session_events set at = 'infinity' where session_id = '${sessionId}' and type = 'run.finished'`,
  ])
  const reviewer = await memberOf(app, { companyId, role: 'reviewer' })
  const { chain } = await reviewer.api.reports.get.query({ companyId, sessionId })
  expect(chain.problems.map(({ code }) => code)).toContain('EDITED')
})
