import { afterAll, beforeAll, expect, test } from 'vitest'
import { report } from '../src/strings/en/report.ts'
import { logIn, playSession, type Stage, startStage, takeScreenshots } from './stage/index.ts'

let stage: Stage
beforeAll(async () => {
  stage = await startStage()
})
afterAll(() => stage?.[Symbol.asyncDispose]())

/** Does what only the owner of the database can: the table itself refuses it to everybody else. */
async function rewriteAnswer(sessionId: string): Promise<number> {
  return stage.sql.begin(async (sql) => {
    await sql`alter table session_events disable trigger user`
    const [row] = await sql<{ seq: number }[]>`
      update session_events set payload = jsonb_set(payload, '{text}', '"A much better answer."')
      where session_id = ${sessionId} and seq = (
        select min(seq) from session_events where session_id = ${sessionId} and type = 'answer.received'
      )
      returning seq::int as seq`
    await sql`alter table session_events enable trigger user`
    if (row === undefined) throw new Error('the session has no answer to rewrite')
    return row.seq
  })
}

test('the seal is green until an event is rewritten in the database, then red, and names the event', async () => {
  const { companyId, sessionId } = await playSession(stage)
  await using person = await stage.newPerson()
  const { page } = person
  await logIn(stage, person, 'reviewer')
  await page.goto(`/c/${companyId}/sessions/${sessionId}`)
  await page.getByText(report.seal.good, { exact: true }).waitFor()
  expect(await page.getByText(report.seal.bad, { exact: true }).count()).toBe(0)

  const seq = await rewriteAnswer(sessionId)
  await page.reload()
  await page.getByText(report.seal.bad, { exact: true }).waitFor()
  expect(await page.getByText(report.seal.good, { exact: true }).count()).toBe(0)
  await page
    .getByText(report.seal.problem['PAYLOAD_MISMATCH'] ?? '')
    .first()
    .waitFor()
  await page.getByText(report.seal.event(seq)).first().waitFor()
  await takeScreenshots(page, 'report-tampered')
})
