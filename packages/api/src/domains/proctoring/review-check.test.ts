import { verifyBundle } from '@viva/evidence'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEFAULT_POLICY } from '../../contract/index.ts'
import { startTestApp, type TestApp } from '../../testing/index.ts'
import { tamper } from '../../testing/session-log.ts'
import { decide, finalize, reviewerOf } from './testing/reviews.ts'
import { candidateUnder, send, sent } from './testing/signals.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

/** A closed session with a strike that was lifted, then confirmed. */
async function reviewed(decisions: ('lifted' | 'confirmed')[] = ['lifted', 'confirmed']) {
  const candidate = await candidateUnder(app, DEFAULT_POLICY)
  const { strikes } = await send(candidate, [sent(1, 'paste')])
  const [strike] = strikes
  await finalize(candidate)
  const reviewer = await reviewerOf(app, candidate)
  for (const decision of decisions) await decide(reviewer, candidate, strike?.id, decision)
  const { companyId, sessionId } = candidate
  const named = { companyId, sessionId }
  const report = () => reviewer.api.reports.get.query(named)
  expect((await report()).chain).toMatchObject({ ok: true, problems: [] })
  const [head] = await app.db.sql<{ seq: number }[]>`
    select seq from session_heads where session_id = ${sessionId}`
  return { reviewer, named, report, strikeId: strike?.id ?? '', sessionId, seq: head?.seq ?? 0 }
}

test.each([
  ['turned around', `review_decision = 'lifted'`],
  ['given other reasons', `review_reason = 'No reason at all.'`],
  ['moved in time', `reviewed_at = reviewed_at - interval '1 day'`],
  ['put in somebody else’s name', `reviewed_by = (select id from users where id <> reviewed_by limit 1)`],
  ['taken away', `review_decision = null, review_reason = null, reviewed_by = null, reviewed_at = null`],
])('a review that was %s in the database is named', async (_name, change) => {
  const { report, strikeId, seq } = await reviewed()
  await app.db.sql.unsafe(`update strikes set ${change} where id = '${strikeId}'`)
  const { chain } = await report()
  expect(chain).toMatchObject({ ok: false, problems: [{ code: 'REVIEW_CHANGED', seq }] })
  expect(chain.problems).toHaveLength(1)
})

test('a review that nobody gave is named', async () => {
  const { report, strikeId, reviewer } = await reviewed([])
  await app.db.sql`
    update strikes set review_decision = 'lifted', review_reason = 'Trust me.', reviewed_by = ${reviewer.userId},
      reviewed_at = now() where id = ${strikeId}`
  expect((await report()).chain).toMatchObject({ ok: false, problems: [{ code: 'REVIEW_CHANGED', seq: 0 }] })
})

test('a review whose seal was removed is named, and an export does not heal it', async () => {
  const { report, reviewer, named, sessionId, seq } = await reviewed()
  await tamper(app, 'session_seals', [
    `delete from session_seals where session_id = '${sessionId}' and seq = ${seq}`,
  ])
  app.clock.advance(5 * 60 * 1000)
  const bundle = await reviewer.api.sessions.exportEvidence.mutate(named)
  expect((await report()).chain).toMatchObject({ ok: false, problems: [{ code: 'UNSEALED', seq }] })
  expect(await verifyBundle(bundle)).toMatchObject({ ok: false, problems: [{ code: 'UNSEALED', seq }] })
})

test('an exported session verifies with its reviews', async () => {
  const { reviewer, named } = await reviewed()
  const bundle = await reviewer.api.sessions.exportEvidence.mutate(named)
  const trustedKeys = (await app.ctx.keys.published()).map((key) => ({ ...key }))
  expect(await verifyBundle(bundle, { trustedKeys })).toMatchObject({ ok: true, problems: [] })
})

test('an erased decision vouches for nothing any more, and neither do those before it', async () => {
  const { report, sessionId, seq } = await reviewed()
  await app.db.sql.begin(async (sql) => {
    await sql`select set_config('viva.erasing', 'on', true)`
    await sql`update session_events set payload = null, salt = null where session_id = ${sessionId} and seq = ${seq}`
  })
  expect((await report()).chain).toMatchObject({ ok: true, erased: [seq], problems: [] })
})
