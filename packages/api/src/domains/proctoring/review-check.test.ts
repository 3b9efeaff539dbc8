import { verifyBundle } from '@viva/evidence'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEFAULT_POLICY } from '../../contract/index.ts'
import { startTestApp, type TestApp } from '../../testing/index.ts'
import { appendByHand, tamper } from '../../testing/session-log.ts'
import { decide, finalize, reviewerOf, struckUnder } from './testing/reviews.ts'
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

test.each([
  ['a strike fewer than stand', 'strike_count = strike_count - 1', 'counts 0 strikes, but 1 stand'],
  ['its flag turned around', 'flagged = not flagged', 'flagged, although'],
])('a session with %s is named', async (_name, change, message) => {
  const { report, sessionId } = await reviewed()
  await app.db.sql.unsafe(`update sessions set ${change} where id = '${sessionId}'`)
  const problems = [{ code: 'SESSION_CHANGED', seq: 0, message: expect.stringContaining(message) }]
  expect((await report()).chain).toMatchObject({ ok: false, problems })
})

test('a forged review is named, although a genuine one followed and was sealed over it', async () => {
  const { report, reviewer, named, sessionId, strikeId } = await reviewed(['lifted'])
  await appendByHand(app, sessionId, {
    type: 'strike.reviewed',
    actor: `member:${reviewer.userId}`,
    payload: { strikeId, decision: 'confirmed', reason: 'Trust me.' },
  })
  await decide(reviewer, named, strikeId, 'lifted')
  const seq = (await seqsOf(sessionId))[1]
  expect((await report()).chain).toMatchObject({ ok: false, problems: [{ code: 'UNSEALED', seq }] })
  const bundle = await reviewer.api.sessions.exportEvidence.mutate(named)
  expect(await verifyBundle(bundle)).toMatchObject({ ok: false, problems: [{ code: 'UNSEALED', seq }] })
})

test('an exported session verifies with its reviews', async () => {
  const { reviewer, named } = await reviewed()
  const bundle = await reviewer.api.sessions.exportEvidence.mutate(named)
  const trustedKeys = (await app.ctx.keys.published()).map((key) => ({ ...key }))
  expect(await verifyBundle(bundle, { trustedKeys })).toMatchObject({ ok: true, problems: [] })
})

test('an erased decision vouches for nothing any more, and the one before it does not speak in its place', async () => {
  const { report, sessionId, strikeId, seq } = await reviewed()
  await erase(sessionId, seq)
  await blank(strikeId)
  expect((await report()).chain).toMatchObject({ ok: true, erased: [seq], problems: [] })
})

test('the only decision about a strike may be erased', async () => {
  const { report, sessionId, strikeId, seq } = await reviewed(['lifted'])
  await erase(sessionId, seq)
  await blank(strikeId)
  expect((await report()).chain).toMatchObject({ ok: true, erased: [seq], problems: [] })
})

test('an erased decision explains one strike that differs, and no second one', async () => {
  const { candidate, reviewer, ids } = await struckUnder(app, 2)
  const { companyId, sessionId } = candidate
  await finalize(candidate)
  for (const id of ids) await decide(reviewer, candidate, id, 'confirmed')
  await decide(reviewer, candidate, ids[1], 'lifted')
  const [first, second, last] = await seqsOf(sessionId)
  await erase(sessionId, last)
  await blank(ids[1])
  const chain = async () => (await reviewer.api.reports.get.query({ companyId, sessionId })).chain
  expect(await chain()).toMatchObject({ ok: true, problems: [] })
  await blank(ids[0])
  // Which of the two the erased decision was about is not in the log any more.
  const code = 'REVIEW_CHANGED'
  const problems = [
    { code, seq: first },
    { code, seq: second },
  ]
  expect(await chain()).toMatchObject({ ok: false, problems })
  await erase(sessionId, second)
  expect(await chain()).toMatchObject({ ok: true, problems: [] })
})

test('a decision whose event was erased is named as long as its words are there', async () => {
  const { report, sessionId, strikeId, seq } = await reviewed(['lifted'])
  await erase(sessionId, seq)
  await app.db.sql`update strikes set review_decision = 'confirmed' where id = ${strikeId}`
  const problems = [{ code: 'REVIEW_CHANGED', seq: 0 }]
  expect((await report()).chain).toMatchObject({ ok: false, problems })
})

test('an erased decision explains nothing about a strike that was decided after it', async () => {
  const { report, strikeId, sessionId, seq } = await reviewed()
  await erase(sessionId, seq - 1)
  expect((await report()).chain).toMatchObject({ ok: true, problems: [] })
  await app.db.sql`update strikes set review_decision = 'lifted' where id = ${strikeId}`
  expect((await report()).chain).toMatchObject({ ok: false, problems: [{ code: 'REVIEW_CHANGED', seq }] })
})

/** The numbers of a session's reviews in its log. */
async function seqsOf(sessionId: string): Promise<number[]> {
  const rows = await app.db.sql<{ seq: number }[]>`
    select seq from session_events where session_id = ${sessionId} and type = 'strike.reviewed' order by seq`
  return rows.map(({ seq }) => seq)
}

/** Takes the words out of a review, as its erasure does. */
async function blank(strikeId = ''): Promise<void> {
  await app.db.sql`update strikes set review_reason = '' where id = ${strikeId}`
}

async function erase(sessionId: string, seq = 0): Promise<void> {
  await app.db.sql.begin(async (sql) => {
    await sql`select set_config('viva.erasing', 'on', true)`
    await sql`update session_events set payload = null, salt = null where session_id = ${sessionId} and seq = ${seq}`
  })
}
