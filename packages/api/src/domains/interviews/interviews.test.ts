import { makePolicy } from '@viva/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { ROLE_PERMISSIONS, ROLES } from '../../contract/index.ts'
import type { interviews } from '../../contract/schemas.ts'
import { errorOf, memberOf, startTestApp, type TestApp, type TestMember } from '../../testing/index.ts'

type Definition = z.input<typeof interviews.interviewDefinitionInput>

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app?.close())

const newKey = (): string => crypto.randomUUID()
const DEFINITION: Definition = {
  title: 'Backend engineer',
  questions: [
    { id: 'system', kind: 'fixed', text: 'Tell us about a system.', seconds: 300, maxFollowUps: 2 },
    { id: 'data', kind: 'ai', topic: 'databases', difficulty: 'hard' },
  ],
  rubric: [
    {
      id: 'clarity',
      name: 'Clarity',
      anchors: [
        { score: 1, behaviour: 'Names no part.' },
        { score: 5, behaviour: 'Names each part.' },
      ],
    },
  ],
  limits: { totalSeconds: 3600, questionSeconds: 600 },
  sensors: [{ sensor: 'browser', required: true }],
}

async function company() {
  const member = await memberOf(app)
  const policy = await makePolicy(app.db, { companyId: member.companyId, latestVersion: 1 })
  return { member, policy }
}

const create = (member: TestMember, change: Partial<Definition> = {}, idempotencyKey = newKey()) =>
  member.api.interviews.create.mutate({
    companyId: member.companyId,
    definition: { ...DEFINITION, ...change },
    idempotencyKey,
  })

describe('creating', () => {
  test('makes a draft whose version 1 reads as it was sent, under the company’s standard policy', async () => {
    const { member, policy } = await company()
    const made = await create(member)
    expect(made).toMatchObject({ version: 1, latestVersion: 1, publishedVersion: null })
    expect(made.definition).toMatchObject({
      ...DEFINITION,
      introduction: '',
      open: false,
      policy: { policyId: policy.id, version: 1 },
    })
    const { companyId } = member
    expect(await member.api.interviews.get.query({ companyId, interviewId: made.id })).toEqual(made)
    const [entry] = await app.db.sql`select action, target from audit_log where company_id = ${companyId}`
    expect(entry).toEqual({ action: 'interviews.create', target: made.id })
  })

  test('a replay, also at the same moment, makes one interview', async () => {
    const { member } = await company()
    const key = newKey()
    const made = await Promise.all([1, 2, 3, 4].map(() => create(member, {}, key)))
    for (const interview of made) expect(interview).toEqual(made[0])
    const { items } = await member.api.interviews.list.query({ companyId: member.companyId })
    expect(items).toHaveLength(1)
    await errorOf(create(member, { title: 'Another one' }, key), 'IDEMPOTENCY_KEY_REUSED')
  })

  test('takes the version of a policy that is named, and none of another company', async () => {
    const { member } = await company()
    const strict = await makePolicy(app.db, { companyId: member.companyId, standard: false, name: 'Strict' })
    const made = await create(member, { policy: { policyId: strict.id, version: 1 } })
    expect(made.definition.policy).toEqual({ policyId: strict.id, version: 1 })
    await errorOf(create(member, { policy: { policyId: strict.id, version: 2 } }), 'NOT_FOUND')
    const theirs = (await company()).policy
    const error = await errorOf(create(member, { policy: { policyId: theirs.id, version: 1 } }), 'NOT_FOUND')
    expect(error.details.resource).toBe('policy')
  })

  test.each<[string, Partial<Definition>]>([
    ['no question', { questions: [] }],
    [
      'two questions of one id',
      { questions: [0, 1].map(() => ({ id: 'a', kind: 'fixed', text: 'A?' }) as const) },
    ],
    ['a NUL in a text', { introduction: 'a\u0000b' }],
    ['half a surrogate', { questions: [{ id: 'a', kind: 'fixed', text: 'a\ud800' }] }],
    ['a title of two lines', { title: 'Backend\nengineer' }],
    ['too many follow-ups', { questions: [{ id: 'a', kind: 'fixed', text: 'A?', maxFollowUps: 4 }] }],
  ])('refuses %s', async (_name, change) => {
    const { member } = await company()
    await errorOf(create(member, change), 'INVALID_INPUT')
  })
})

describe('editing', () => {
  test('makes a new version and leaves the old ones as they were', async () => {
    const { member } = await company()
    const { companyId } = member
    const first = await create(member)
    const edited = await edit(member, first.id, 1, { title: 'Data engineer' })
    expect(edited).toMatchObject({ version: 2, latestVersion: 2, definition: { title: 'Data engineer' } })
    const old = await member.api.interviews.get.query({ companyId, interviewId: first.id, version: 1 })
    expect(old).toMatchObject({ version: 1, latestVersion: 2, definition: first.definition })
    const call = member.api.interviews.get.query({ companyId, interviewId: first.id, version: 3 })
    await errorOf(call, 'NOT_FOUND')
    const { items } = await member.api.interviews.list.query({ companyId })
    expect(items).toMatchObject([{ title: 'Data engineer', latestVersion: 2, questionCount: 2 }])
  })

  test('of many edits of one version one wins, and the others are told', async () => {
    const { member } = await company()
    const { id } = await create(member)
    const edits = await Promise.allSettled(
      [1, 2, 3, 4, 5].map((n) => edit(member, id, 1, { title: `Title ${n}` })),
    )
    expect(edits.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const lost of edits) {
      if (lost.status === 'fulfilled') continue
      const error = await errorOf(Promise.reject(lost.reason), 'CONFLICT')
      expect(error.details.reason).toBe('newer_version')
    }
    const rows = await app.db
      .sql`select version from interview_versions where interview_id = ${id} order by 1`
    expect(rows).toEqual([{ version: 1 }, { version: 2 }])
  })

  test('an edit that is sent again, also at the same moment, makes one version', async () => {
    const { member } = await company()
    const { companyId } = member
    const { id } = await create(member)
    const key = newKey()
    const edits = await Promise.all([1, 2, 3].map(() => edit(member, id, 1, { title: 'Once' }, key)))
    // The next version is made meanwhile: it is no conflict with an edit that was done.
    await edit(member, id, 2, { title: 'The next' })
    edits.push(await edit(member, id, 1, { title: 'Once' }, key))
    for (const edited of edits) {
      expect(edited).toEqual(edits[0])
      expect(edited).toMatchObject({ version: 2, latestVersion: 2, definition: { title: 'Once' } })
    }
    expect((await member.api.interviews.get.query({ companyId, interviewId: id })).latestVersion).toBe(3)
    await errorOf(edit(member, id, 1, { title: 'Twice' }, key), 'IDEMPOTENCY_KEY_REUSED')
  })

  test('a base version that is still to come is a conflict too', async () => {
    const { member } = await company()
    const { id } = await create(member)
    await errorOf(edit(member, id, 2), 'CONFLICT')
  })

  const edit = (
    member: TestMember,
    interviewId: string,
    baseVersion: number,
    change: Partial<Definition> = {},
    idempotencyKey?: string,
  ) =>
    member.api.interviews.edit.mutate({
      companyId: member.companyId,
      interviewId,
      baseVersion,
      definition: { ...DEFINITION, ...change },
      idempotencyKey,
    })
})

describe('publishing', () => {
  test('names the version that new sessions get, also an older one again', async () => {
    const { member } = await company()
    const { companyId } = member
    const { id: interviewId } = await create(member)
    await member.api.interviews.edit.mutate({
      companyId,
      interviewId,
      baseVersion: 1,
      definition: DEFINITION,
    })
    for (const version of [2, 1]) {
      const published = await member.api.interviews.publish.mutate({ companyId, interviewId, version })
      expect(published).toMatchObject({ version, publishedVersion: version, latestVersion: 2 })
    }
    const call = member.api.interviews.publish.mutate({ companyId, interviewId, version: 3 })
    await errorOf(call, 'NOT_FOUND')
  })
})

describe('access', () => {
  test('an interview of another company does not exist', async () => {
    const { member } = await company()
    const { id: interviewId } = await create(member)
    const stranger = (await company()).member
    for (const companyId of [stranger.companyId, member.companyId]) {
      const { api } = stranger
      await errorOf(api.interviews.get.query({ companyId, interviewId }), 'NOT_FOUND')
      await errorOf(api.interviews.publish.mutate({ companyId, interviewId, version: 1 }), 'NOT_FOUND')
      const edit = api.interviews.edit.mutate({
        companyId,
        interviewId,
        baseVersion: 1,
        definition: DEFINITION,
      })
      await errorOf(edit, 'NOT_FOUND')
    }
    const { items } = await stranger.api.interviews.list.query({ companyId: stranger.companyId })
    expect(items).toEqual([])
  })

  test.each(ROLES)('a member with the role %s may do what the map says', async (role) => {
    const { member: admin } = await company()
    const { companyId } = admin
    const { id: interviewId } = await create(admin)
    const member = await memberOf(app, { companyId, role })
    const may = (permission: (typeof ROLE_PERMISSIONS)['admin'][number]) =>
      ROLE_PERMISSIONS[role].includes(permission)
    const check = async (allowed: boolean, call: Promise<unknown>) => {
      if (allowed) await call
      else await errorOf(call, 'FORBIDDEN')
    }
    const { api } = member
    await check(may('interviews.read'), api.interviews.get.query({ companyId, interviewId }))
    await check(may('interviews.read'), api.interviews.list.query({ companyId }))
    await check(may('interviews.write'), create(member))
    const edit = { companyId, interviewId, baseVersion: 1, definition: DEFINITION }
    await check(may('interviews.write'), api.interviews.edit.mutate(edit))
    const publish = { companyId, interviewId, version: 1 }
    await check(may('interviews.publish'), api.interviews.publish.mutate(publish))
  })
})

test('the list is paged by key: interviews made meanwhile shift nothing', async () => {
  const { member } = await company()
  const { companyId } = member
  const made: string[] = []
  for (let count = 0; count < 7; count++) made.push((await create(member)).id)
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const page = await member.api.interviews.list.query({ companyId, limit: 3, cursor })
    seen.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor
    await create(member)
  } while (cursor !== null)
  expect(seen).toEqual(made.toReversed())
})
