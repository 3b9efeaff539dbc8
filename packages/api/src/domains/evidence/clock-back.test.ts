import { expect, test } from 'vitest'
import { startTestApp } from '../../testing/index.ts'
import { appendSignals, sessionLog } from '../../testing/session-log.ts'
import { createScriptedProvider } from '../ai/index.ts'
import { createReportWorker } from '../reports/index.ts'

test('a clock that is set back before the session closes makes no honest log look unsealed', async () => {
  await using app = await startTestApp()
  const { candidate, admin, sessionId, companyId } = await sessionLog(app, 1)
  const FIVE_MINUTES = 5 * 60 * 1000
  app.clock.advance(FIVE_MINUTES)
  await appendSignals(app, sessionId, [{ note: 'from an instance whose clock is fast' }])
  app.clock.advance(-FIVE_MINUTES)
  await candidate.session.sessions.finalize.mutate({ sessionId, idempotencyKey: crypto.randomUUID() })
  const verify = () => admin.api.sessions.verify.query({ companyId, sessionId })
  expect(await verify()).toMatchObject({ ok: true, problems: [] })
  await createReportWorker({ ...app.ctx, ai: [createScriptedProvider()] }).tick()
  expect(await verify()).toMatchObject({ ok: true, problems: [] })
})
