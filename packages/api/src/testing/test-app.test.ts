import { expect, test } from 'vitest'
import { memberOf, startTestApp } from './index.ts'

test('the app answers over HTTP, and its members are who their tokens say', async () => {
  await using app = await startTestApp()
  const answer = await fetch(`${app.url}/trpc/no.such`)
  expect(answer.status).toBe(404)
  const body: unknown = await answer.json()
  expect(body).toMatchObject({ error: { data: { app: { code: 'NOT_FOUND' } } } })
  const admin = await memberOf(app)
  const reviewer = await memberOf(app, { companyId: admin.companyId, role: 'reviewer' })
  const rows = await app.db
    .sql`select role from memberships where company_id = ${admin.companyId} order by role`
  expect(rows.map((row) => row['role'])).toEqual(['admin', 'reviewer'])
  expect(reviewer.companyId).toBe(admin.companyId)
})
