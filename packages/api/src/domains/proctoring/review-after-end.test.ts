import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../testing/index.ts'
import { decide, finalize, type Struck, struckUnder } from './testing/reviews.ts'
import { logOf, send, sent, sessionRow, typesOf } from './testing/signals.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

const struck = (pastes: number): Promise<Struck> => struckUnder(app, pastes)

describe('after the session’s end', () => {
  test('count and flag follow, nothing becomes due, and what a policy ended stays ended', async () => {
    const { candidate, reviewer, ids } = await struck(3)
    const { sessionId } = candidate
    expect(await sessionRow(app, sessionId)).toMatchObject({ state: 'ended', flagged: true, strike_count: 3 })
    const before = (await typesOf(app, sessionId)).length
    await decide(reviewer, candidate, ids[0], 'lifted')
    await decide(reviewer, candidate, ids[1], 'lifted')
    const row = { state: 'ended', end_reason: 'policy' }
    expect(await sessionRow(app, sessionId)).toMatchObject({ ...row, flagged: false, strike_count: 1 })
    await decide(reviewer, candidate, ids[0], 'confirmed')
    expect(await sessionRow(app, sessionId)).toMatchObject({ ...row, flagged: true, strike_count: 2 })
    const added = (await typesOf(app, sessionId)).slice(before)
    expect(added).toEqual(['strike.reviewed', 'strike.reviewed', 'strike.reviewed'])
  })

  test('a strike that was lifted in time and is confirmed afterwards flags the session all the same', async () => {
    const { candidate, reviewer, ids } = await struck(1)
    await decide(reviewer, candidate, ids[0], 'lifted')
    await send(candidate, [sent(2, 'paste')])
    await finalize(candidate)
    expect(await sessionRow(app, candidate.sessionId)).toMatchObject({ flagged: false })
    await decide(reviewer, candidate, ids[0], 'confirmed')
    expect(await sessionRow(app, candidate.sessionId)).toMatchObject({ flagged: true, state: 'completed' })
  })

  test('each decision is sealed', async () => {
    const { candidate, reviewer, ids } = await struck(1)
    const { companyId, sessionId } = candidate
    await finalize(candidate)
    await decide(reviewer, candidate, ids[0], 'lifted')
    await decide(reviewer, candidate, ids[0], 'confirmed')
    const log = await logOf(app, sessionId)
    const seals = await app.db.sql<{ seq: number }[]>`
      select seq from session_seals where session_id = ${sessionId} order by seq`
    expect(seals.map(({ seq }) => seq)).toEqual([log.length - 2, log.length - 1, log.length])
    const { chain } = await reviewer.api.reports.get.query({ companyId, sessionId })
    expect(chain).toMatchObject({ ok: true, problems: [] })
  })
})
