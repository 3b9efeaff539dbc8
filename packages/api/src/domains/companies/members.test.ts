import { createHash } from 'node:crypto'
import { makeInvitation, makeUser } from '@viva/db/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  errorOf,
  memberOf,
  signedInUser,
  signIn,
  startTestApp,
  type TestApp,
  type TestUser,
} from '../../testing/index.ts'

const DAY_MS = 24 * 60 * 60 * 1000

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

/** A signed-in user with an address. */
async function somebody() {
  const { id, email } = await makeUser(app.db)
  return { ...(await signIn(app, id)), email: email ?? '' }
}

async function adminsOf(companyId: string): Promise<string[]> {
  const rows = await app.db.sql<{ userId: string }[]>`
    select user_id as "userId" from memberships where company_id = ${companyId} and role = 'admin'`
  return rows.map(({ userId }) => userId)
}

test('an invited person becomes a member with the role they were invited for', async () => {
  const admin = await memberOf(app)
  const { companyId } = admin
  const person = await somebody()
  const sent = { companyId, email: person.email.toUpperCase(), role: 'hr' as const }
  const invitation = await admin.api.companies.inviteMember.mutate(sent)
  expect(invitation).toMatchObject({ email: person.email, role: 'hr' })
  expect(Date.parse(invitation.expiresAt) - app.clock.now().getTime()).toBeCloseTo(7 * DAY_MS, -5)
  const accepted = await person.api.companies.acceptInvitation.mutate({ token: invitation.token })
  expect(accepted).toMatchObject({ companyId, role: 'hr' })
  expect((await person.api.auth.me.query()).memberships).toEqual([accepted])
})

test("an invitation's token is stored as a hash, and no address is in the audit log", async () => {
  const { api, companyId } = await memberOf(app)
  const email = 'somebody@example.test'
  const { token } = await api.companies.inviteMember.mutate({ companyId, email, role: 'hr' })
  const stored = await app.db.sql`select * from invitations where company_id = ${companyId}`
  expect(JSON.stringify(stored)).not.toContain(token)
  const audited = await app.db.sql`select * from audit_log where company_id = ${companyId}`
  expect(audited).toHaveLength(1)
  expect(JSON.stringify(audited)).not.toContain(email)
})

test('an invitation that is sent again, also at the same moment, is one, and its link is kept sealed', async () => {
  const { api, companyId } = await memberOf(app)
  const email = 'somebody@example.test'
  const call = { companyId, email, role: 'hr' as const, idempotencyKey: crypto.randomUUID() }
  const answers = await Promise.all(Array.from({ length: 5 }, () => api.companies.inviteMember.mutate(call)))
  const late = await api.companies.inviteMember.mutate(call)
  for (const answer of answers) expect(answer).toEqual(late)
  expect(await app.db.sql`select id from invitations where company_id = ${companyId}`).toEqual([
    { id: late.id },
  ])
  expect(await app.db.sql`select 1 from audit_log where company_id = ${companyId}`).toHaveLength(1)
  const kept = await app.db.sql`select result from idempotency_keys where key = ${call.idempotencyKey}`
  expect(kept).toHaveLength(1)
  for (const secret of [late.token, email]) expect(JSON.stringify(kept)).not.toContain(secret)
  await errorOf(api.companies.inviteMember.mutate({ ...call, role: 'admin' }), 'IDEMPOTENCY_KEY_REUSED')
})

test('an acceptance that is sent again, also at the same moment, is answered alike and counts once', async () => {
  const { api, companyId } = await memberOf(app)
  const [person, stranger] = [await somebody(), await somebody()]
  const { email } = person
  const { token } = await api.companies.inviteMember.mutate({ companyId, email, role: 'hr' })
  const call = { token, idempotencyKey: crypto.randomUUID() }
  const accept = () => person.api.companies.acceptInvitation.mutate(call)
  const answers = [...(await Promise.all([accept(), accept(), accept()])), await accept()]
  for (const answer of answers) expect(answer).toMatchObject({ companyId, role: 'hr' })
  expect(
    await app.db.sql`
      select 1 from audit_log where company_id = ${companyId} and action = 'companies.acceptInvitation'`,
  ).toHaveLength(1)
  const another = { ...call, token: 'x'.repeat(43) }
  await errorOf(person.api.companies.acceptInvitation.mutate(another), 'IDEMPOTENCY_KEY_REUSED')
  // The key is theirs alone: it opens a used link to nobody else.
  await errorOf(stranger.api.companies.acceptInvitation.mutate(call), 'LINK_INVALID')
})

test('used, expired, unknown and foreign invitations answer alike, and nobody joins', async () => {
  const admin = await memberOf(app)
  const { companyId } = admin
  const [person, late, stranger] = [await somebody(), await somebody(), await somebody()]
  const guest = await signedInUser(app, { guest: true })
  const inviteBy = async ({ api }: TestUser, email: string) =>
    (await api.companies.inviteMember.mutate({ companyId, email, role: 'admin' })).token
  const expired = await inviteBy(admin, late.email)
  app.clock.advance(7 * DAY_MS + 1)
  const again = ({ userId }: TestUser) => signIn(app, userId)
  const used = await inviteBy(await again(admin), person.email)
  await (await again(person)).api.companies.acceptInvitation.mutate({ token: used })
  const foreign = await inviteBy(await again(admin), 'nobody@example.test')
  const messages = new Set<string>()
  for (const [caller, token] of [
    [person, used],
    [late, expired],
    [stranger, foreign],
    [guest, foreign],
    [stranger, 'x'.repeat(43)],
  ] as const) {
    const { api } = await again(caller)
    const error = await errorOf(api.companies.acceptInvitation.mutate({ token }), 'LINK_INVALID')
    messages.add(error.message)
  }
  expect(messages.size).toBe(1)
  expect((await adminsOf(companyId)).sort()).toEqual([admin.userId, person.userId].sort())
})

test('an invitation that is accepted ten times at once is accepted once', async () => {
  const { api, companyId } = await memberOf(app)
  const person = await somebody()
  const { token } = await api.companies.inviteMember.mutate({ companyId, email: person.email, role: 'hr' })
  const results = await Promise.allSettled(
    Array.from({ length: 10 }, () => person.api.companies.acceptInvitation.mutate({ token })),
  )
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})

test('a member who accepts another invitation keeps their role', async () => {
  const admin = await memberOf(app)
  const { companyId } = admin
  const person = await somebody()
  for (const role of ['reviewer', 'admin'] as const) {
    const { token } = await admin.api.companies.inviteMember.mutate({ companyId, email: person.email, role })
    const accepted = await person.api.companies.acceptInvitation.mutate({ token })
    expect(accepted.role).toBe('reviewer')
  }
})

test("a candidate's link is no invitation of a member", async () => {
  const person = await somebody()
  const { companyId } = await memberOf(app)
  const token = 'a-token-of-a-session-link-that-is-long-enough'
  await makeInvitation(app.db, {
    companyId,
    email: person.email,
    role: 'admin',
    tokenHash: createHash('sha256').update(token).digest(),
    expiresAt: new Date(app.clock.now().getTime() + DAY_MS),
  })
  await errorOf(person.api.companies.acceptInvitation.mutate({ token }), 'LINK_INVALID')
})

test('a changed role holds from the next call on, and is written down', async () => {
  const admin = await memberOf(app)
  const { companyId } = admin
  const hr = await memberOf(app, { companyId, role: 'hr' })
  await hr.api.companies.members.query({ companyId })
  await admin.api.companies.changeRole.mutate({ companyId, userId: hr.userId, role: 'reviewer' })
  await errorOf(hr.api.companies.members.query({ companyId }), 'FORBIDDEN')
  await admin.api.companies.changeRole.mutate({ companyId, userId: hr.userId, role: 'reviewer' })
  expect(await app.db.sql`select action, details from audit_log where company_id = ${companyId}`).toEqual([
    { action: 'companies.changeRole', details: { from: 'hr', to: 'reviewer' } },
  ])
})

test('nobody promotes themselves', async () => {
  const { companyId } = await memberOf(app)
  for (const role of ['hr', 'team_lead', 'employee', 'reviewer'] as const) {
    const member = await memberOf(app, { companyId, role })
    const input = { companyId, userId: member.userId, role: 'admin' as const }
    await errorOf(member.api.companies.changeRole.mutate(input), 'FORBIDDEN')
  }
})

test('a removed member reaches nothing with the token they still hold', async () => {
  const admin = await memberOf(app)
  const { companyId } = admin
  const hr = await memberOf(app, { companyId, role: 'hr' })
  await admin.api.companies.removeMember.mutate({ companyId, userId: hr.userId })
  await errorOf(hr.api.companies.get.query({ companyId }), 'NOT_FOUND')
  expect((await hr.api.auth.me.query()).memberships).toEqual([])
  const again = admin.api.companies.removeMember.mutate({ companyId, userId: hr.userId })
  expect((await errorOf(again, 'NOT_FOUND')).message).toBe('There is no such member.')
})

test("another company's member is no member here", async () => {
  const { api, companyId } = await memberOf(app)
  const other = await memberOf(app)
  await errorOf(api.companies.changeRole.mutate({ companyId, userId: other.userId, role: 'hr' }), 'NOT_FOUND')
  await errorOf(api.companies.removeMember.mutate({ companyId, userId: other.userId }), 'NOT_FOUND')
  expect(await adminsOf(other.companyId)).toEqual([other.userId])
})

test('the last admin stays one', async () => {
  const { api, companyId, userId } = await memberOf(app)
  await memberOf(app, { companyId, role: 'hr' })
  const demoted = await errorOf(
    api.companies.changeRole.mutate({ companyId, userId, role: 'hr' }),
    'CONFLICT',
  )
  expect(demoted.details.reason).toBe('last_admin')
  await errorOf(api.companies.removeMember.mutate({ companyId, userId }), 'CONFLICT')
  expect(await adminsOf(companyId)).toEqual([userId])
})

test('admins who demote and remove each other at once leave one of them', async () => {
  for (let round = 0; round < 5; round += 1) {
    const first = await memberOf(app)
    const { companyId } = first
    const admins = [first, await memberOf(app, { companyId }), await memberOf(app, { companyId })]
    const calls = admins.flatMap(({ api, userId: own }) =>
      admins
        .filter(({ userId }) => userId !== own)
        .flatMap(({ userId }) => [
          api.companies.changeRole.mutate({ companyId, userId, role: 'hr' }),
          api.companies.removeMember.mutate({ companyId, userId }),
        ]),
    )
    const results = await Promise.allSettled(calls)
    for (const [index, result] of results.entries()) {
      if (result.status === 'fulfilled') continue
      const { code } = await errorOf(calls[index] ?? Promise.resolve())
      expect(['CONFLICT', 'FORBIDDEN', 'NOT_FOUND']).toContain(code)
    }
    expect((await adminsOf(companyId)).length).toBeGreaterThanOrEqual(1)
  }
})

test('an admin may leave once somebody else is one', async () => {
  const admin = await memberOf(app)
  const { companyId } = admin
  const next = await memberOf(app, { companyId })
  await admin.api.companies.removeMember.mutate({ companyId, userId: admin.userId })
  await errorOf(admin.api.companies.get.query({ companyId }), 'NOT_FOUND')
  expect(await adminsOf(companyId)).toEqual([next.userId])
})
