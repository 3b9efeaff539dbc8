import { createHash } from 'node:crypto'
import { mediaObjects } from '@viva/db/schema'
import { expect, test } from 'vitest'
import { candidateOf, memberOf, startTestApp } from '../../testing/index.ts'

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
