import { makeUser } from '@viva/db/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Role } from '../../contract/index.ts'
import { errorOf, memberOf, signIn, startTestApp, type TestApp, type TestUser } from '../../testing/index.ts'

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

/** A company with an admin, and somebody who was invited into it. */
async function companyWith(role: Role) {
  const admin = await memberOf(app)
  const { companyId } = admin
  const person = await somebody()
  const { token } = await admin.api.companies.inviteMember.mutate({ companyId, email: person.email, role })
  await person.api.companies.acceptInvitation.mutate({ token })
  return { admin, companyId, person }
}

async function expectNoWayIn(person: TestUser, companyId: string, token: string): Promise<void> {
  const refused = await errorOf(person.api.companies.acceptInvitation.mutate({ token }))
  expect(refused.code).toBe('LINK_INVALID')
  expect((await errorOf(person.api.companies.get.query({ companyId }))).code).toBe('NOT_FOUND')
}

test('an admin who invites themselves before they are removed does not come back', async () => {
  const { admin, companyId, person } = await companyWith('admin')
  const own = { companyId, email: person.email, role: 'admin' as const }
  const { token } = await person.api.companies.inviteMember.mutate(own)
  await admin.api.companies.removeMember.mutate({ companyId, userId: person.userId })
  await expectNoWayIn(person, companyId, token)
})

test('an accomplice whom a removed or demoted admin has invited does not get in', async () => {
  for (const change of ['removed', 'demoted'] as const) {
    const { admin, companyId, person } = await companyWith('admin')
    const accomplice = await somebody()
    const { token } = await person.api.companies.inviteMember.mutate({
      companyId,
      email: accomplice.email,
      role: 'admin',
    })
    const { userId } = person
    if (change === 'removed') await admin.api.companies.removeMember.mutate({ companyId, userId })
    else await admin.api.companies.changeRole.mutate({ companyId, userId, role: 'employee' })
    await expectNoWayIn(accomplice, companyId, token)
  }
})

test('a second invitation that a removed member never used is no way back either', async () => {
  const { admin, companyId, person } = await companyWith('hr')
  const again = { companyId, email: person.email, role: 'hr' as const }
  const { token } = await admin.api.companies.inviteMember.mutate(again)
  await admin.api.companies.removeMember.mutate({ companyId, userId: person.userId })
  await expectNoWayIn(person, companyId, token)
  const { token: fresh } = await admin.api.companies.inviteMember.mutate(again)
  const back = await person.api.companies.acceptInvitation.mutate({ token: fresh })
  expect(back).toMatchObject({ companyId, role: 'hr' })
})

test('an invitation sent or accepted at the very moment of the removal is no way back', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { admin, companyId, person } = await companyWith('admin')
    const own = { companyId, email: person.email, role: 'admin' as const }
    const before = await person.api.companies.inviteMember.mutate(own)
    const [sent, , accepted] = await Promise.allSettled([
      person.api.companies.inviteMember.mutate(own),
      admin.api.companies.removeMember.mutate({ companyId, userId: person.userId }),
      person.api.companies.acceptInvitation.mutate({ token: before.token }),
    ])
    if (accepted.status === 'rejected') await expectNoWayIn(person, companyId, before.token)
    if (sent.status === 'fulfilled') await expectNoWayIn(person, companyId, sent.value.token)
    expect((await errorOf(person.api.companies.get.query({ companyId }))).code).toBe('NOT_FOUND')
  }
})
