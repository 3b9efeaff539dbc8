import { expect, test } from 'vitest'
import { callApi } from './stage/api-call.ts'
import { newKey, smallCompany } from './stage/company.ts'
import { startDatabaseServer } from './stage/database-server.ts'
import { claimedSession, sitDown } from './stage/sitting.ts'

test('a fault of the database shows the query in the log, and neither there nor to the caller what was in it', async () => {
  await using stage = await startDatabaseServer()
  const { server, database } = stage
  const { id: companyId, members, interviewId } = await smallCompany(server.url)
  const inviter = members.admin.api
  const { sessionId, questionId, tokens } = await sitDown(
    await claimedSession(server.url, { inviter, companyId, interviewId }),
  )
  await database.db.sql`alter table answers drop column client_time`

  const answer = await callApi(server.url, {
    path: 'sessions.answer',
    type: 'mutation',
    token: tokens.ist,
    input: { sessionId, questionId, text: 'Between you and me.', idempotencyKey: newKey() },
  })
  expect(answer).toMatchObject({ status: 500, code: 'INTERNAL' })
  expect(answer.text).not.toMatch(/answers|client_time|Between you|node_modules/)
  // Its output comes through a pipe, by a way of its own.
  await expect.poll(() => server.output()).toContain('a call failed')
  const [line = ''] = server.output().match(/.*a call failed.*/) ?? []
  expect(line).toContain('insert into \\"answers\\"')
  expect(server.output()).not.toContain('Between you and me')
})
