import { afterAll, beforeAll, expect, test } from 'vitest'
import type { InTurn } from '../../core/ports.ts'
import { createWholeLogs } from '../../core/whole-logs.ts'
import { errorOf, startTestApp, type TestApp } from '../../testing/index.ts'
import { type SessionLog, sessionLog } from '../../testing/session-log.ts'

/** At work, and waiting. */
const AT_ONCE = 2
const PLACES = AT_ONCE + 20
const FLOOD = 60

const turns = createWholeLogs()
let running = 0
let most = 0
let held = Promise.resolve()
/** The real turns; whoever has one is counted, and held while a test wants it. */
const wholeLogs: InTurn = (work) =>
  turns(async () => {
    running += 1
    most = Math.max(most, running)
    try {
      await held
      return await work()
    } finally {
      running -= 1
    }
  })

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ overrides: { wholeLogs } })
})
afterAll(() => app?.close())

const CALLS: [name: string, call: (log: SessionLog) => Promise<object>][] = [
  ['sessions.exportEvidence', (log) => log.admin.api.sessions.exportEvidence.mutate(idsOf(log))],
  ['sessions.verify', (log) => log.admin.api.sessions.verify.query(idsOf(log))],
  ['reports.get', (log) => log.admin.api.reports.get.query(idsOf(log))],
]

const idsOf = ({ companyId, sessionId }: SessionLog) => ({ companyId, sessionId })

test.each(CALLS)('a flood of %s reads two logs at once, and turns the rest away', async (name, call) => {
  const log = await sessionLog(app, 20)
  most = 0
  const { promise, resolve: letGo } = Promise.withResolvers<void>()
  held = promise
  const refusals: Promise<object>[] = []
  const calls = Array.from({ length: FLOOD }, () => {
    const answer = call(log)
    answer.catch(() => refusals.push(answer))
    return answer
  })
  const settled = Promise.allSettled(calls)
  await expect.poll(() => refusals.length).toBe(FLOOD - PLACES)
  // Others are answered meanwhile.
  expect((await log.admin.api.sessions.get.query(idsOf(log))).id).toBe(log.sessionId)
  letGo()
  const answered = (await settled).filter(({ status }) => status === 'fulfilled')
  expect(answered).toHaveLength(PLACES)
  for (const refusal of refusals) {
    const { details } = await errorOf(refusal, 'OVERLOADED')
    expect(details.retryAfterSeconds).toBeGreaterThanOrEqual(1)
  }
  expect(most).toBe(AT_ONCE)
  await call(log)
  // What was turned away was taken by nobody.
  const audited = await app.db.sql`select 1 from audit_log where company_id = ${log.companyId}`
  expect(audited).toHaveLength(name === 'sessions.exportEvidence' ? PLACES + 1 : 0)
})
