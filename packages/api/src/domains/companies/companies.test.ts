import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEFAULT_POLICY, ROLES } from '../../contract/index.ts'
import { errorOf, memberOf, signedInUser, startTestApp, type TestApp } from '../../testing/index.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

const aKey = () => randomUUID()

async function auditOf(companyId: string) {
  return app.db.sql<{ actor: string; action: string; target: string; details: object }[]>`
    select actor, action, target, details from audit_log where company_id = ${companyId} order by id`
}

test('who makes a company is its admin, and it starts with the standard policy', async () => {
  const user = await signedInUser(app)
  const company = await user.api.companies.create.mutate({ name: '  Acme  ', idempotencyKey: aKey() })
  expect(company).toMatchObject({ name: 'Acme', aiDailyTokenCap: null })
  expect((await user.api.auth.me.query()).memberships).toEqual([
    { companyId: company.id, companyName: 'Acme', role: 'admin' },
  ])
  expect(await user.api.companies.get.query({ companyId: company.id })).toEqual(company)
  const policies = await app.db.sql`
    select p.name, p.standard, v.version, v.rules from policies p
    join policy_versions v on v.policy_id = p.id where p.company_id = ${company.id}`
  expect(policies).toEqual([{ name: 'Standard', standard: true, version: 1, rules: DEFAULT_POLICY }])
  expect(await auditOf(company.id)).toEqual([
    { actor: `member:${user.userId}`, action: 'companies.create', target: company.id, details: {} },
  ])
})

test('a company that is made again with the same key is made once', async () => {
  const user = await signedInUser(app)
  const input = { name: 'Acme', idempotencyKey: aKey() }
  const made = await Promise.all(Array.from({ length: 5 }, () => user.api.companies.create.mutate(input)))
  expect(new Set(made.map(({ id }) => id)).size).toBe(1)
  expect((await user.api.auth.me.query()).memberships).toHaveLength(1)
  await errorOf(user.api.companies.create.mutate({ ...input, name: 'Other' }), 'IDEMPOTENCY_KEY_REUSED')
})

test('the key of one user is not the key of another', async () => {
  const input = { name: 'Acme', idempotencyKey: aKey() }
  const [one, other] = [await signedInUser(app), await signedInUser(app)]
  const made = await one.api.companies.create.mutate(input)
  expect((await other.api.companies.create.mutate(input)).id).not.toBe(made.id)
})

test('a guest makes no company', async () => {
  const guest = await signedInUser(app, { guest: true })
  await errorOf(guest.api.companies.create.mutate({ name: 'Acme', idempotencyKey: aKey() }), 'FORBIDDEN')
})

test('an update changes what is given, leaves the rest, and is written down', async () => {
  const { api, companyId, userId } = await memberOf(app)
  const before = await api.companies.get.query({ companyId })
  const capped = await api.companies.update.mutate({ companyId, aiDailyTokenCap: 1_000 })
  expect(capped).toEqual({ ...before, aiDailyTokenCap: 1_000 })
  expect(await api.companies.update.mutate({ companyId, name: 'New' })).toEqual({ ...capped, name: 'New' })
  const uncapped = await api.companies.update.mutate({ companyId, aiDailyTokenCap: null })
  expect(uncapped).toEqual({ ...before, name: 'New' })
  expect(await api.companies.update.mutate({ companyId })).toEqual(uncapped)
  expect(await auditOf(companyId)).toEqual(
    [{ aiDailyTokenCap: 1_000 }, { name: 'New' }, { aiDailyTokenCap: null }].map((details) => ({
      actor: `member:${userId}`,
      action: 'companies.update',
      target: companyId,
      details,
    })),
  )
})

test.each(ROLES)('what a member with the role %s may do with the company', async (role) => {
  const admin = await memberOf(app)
  const { companyId } = admin
  const { api } = await memberOf(app, { companyId, role })
  const outcome = (call: Promise<unknown>) =>
    call.then(
      () => 'ok',
      () => errorOf(call).then(({ code }) => code),
    )
  expect({
    get: await outcome(api.companies.get.query({ companyId })),
    members: await outcome(api.companies.members.query({ companyId })),
    update: await outcome(api.companies.update.mutate({ companyId, name: 'New' })),
    invite: await outcome(
      api.companies.inviteMember.mutate({ companyId, email: 'new@example.test', role: 'admin' }),
    ),
    changeRole: await outcome(
      api.companies.changeRole.mutate({ companyId, userId: admin.userId, role: 'hr' }),
    ),
  }).toEqual({
    get: 'ok',
    members: ['admin', 'hr', 'team_lead'].includes(role) ? 'ok' : 'FORBIDDEN',
    update: role === 'admin' ? 'ok' : 'FORBIDDEN',
    invite: role === 'admin' ? 'ok' : 'FORBIDDEN',
    changeRole: role === 'admin' ? 'ok' : 'FORBIDDEN',
  })
})

test('to a member of another company, a company and its members are not found', async () => {
  const { companyId, userId } = await memberOf(app)
  const { api } = await memberOf(app)
  const errors = await Promise.all(
    [
      api.companies.get.query({ companyId }),
      api.companies.members.query({ companyId }),
      api.companies.update.mutate({ companyId, name: 'New' }),
      api.companies.inviteMember.mutate({ companyId, email: 'new@example.test', role: 'admin' }),
      api.companies.changeRole.mutate({ companyId, userId, role: 'hr' }),
      api.companies.removeMember.mutate({ companyId, userId }),
      api.companies.get.query({ companyId: randomUUID() }),
    ].map((call) => errorOf(call, 'NOT_FOUND')),
  )
  expect(new Set(errors.map(({ message }) => message))).toEqual(new Set(['There is no such company.']))
})

test('members lists who belongs to the company, and nobody else', async () => {
  const admin = await memberOf(app)
  const { companyId } = admin
  const reviewer = await memberOf(app, { companyId, role: 'reviewer' })
  await memberOf(app)
  const listed = await admin.api.companies.members.query({ companyId })
  expect(listed.map(({ userId, role }) => ({ userId, role }))).toEqual([
    { userId: admin.userId, role: 'admin' },
    { userId: reviewer.userId, role: 'reviewer' },
  ])
  expect(Object.keys(listed[0] ?? {}).sort()).toEqual(['email', 'joinedAt', 'name', 'role', 'userId'])
})
