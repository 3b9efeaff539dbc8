import { makeInterview, makeSession } from '@viva/db/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { errorOf, memberOf, startTestApp, type TestApp, type TestMember } from '../../testing/index.ts'

let app: TestApp
let member: TestMember
let interview: Awaited<ReturnType<typeof makeInterview>>
beforeAll(async () => {
  app = await startTestApp()
  member = await memberOf(app, { role: 'team_lead' })
  interview = await makeInterview(app.db, { companyId: member.companyId })
})
afterAll(() => app?.close())

const ids = (page: { items: { id: string }[] }) => page.items.map(({ id }) => id)

test('pages stay whole while sessions are made: nothing twice, nothing left out', async () => {
  const { companyId } = member
  const made: string[] = []
  const make = async () => made.push((await makeSession(app.db, { interview, companyId })).id)
  for (let count = 0; count < 25; count++) await make()
  const expected = made.toReversed()
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const page = await member.api.sessions.list.query({
      companyId,
      interviewId: interview.id,
      limit: 7,
      cursor,
    })
    seen.push(...ids(page))
    cursor = page.nextCursor
    await make()
  } while (cursor !== null)
  expect(seen).toEqual(expected)
})

test('filters narrow the list, alone and together', async () => {
  const { companyId } = member
  const other = await makeInterview(app.db, { companyId })
  const closedAt = new Date()
  const common = { interview: other, companyId }
  const flagged = await makeSession(app.db, {
    ...common,
    flagged: true,
    state: 'active',
    startedAt: closedAt,
  })
  const named = await makeSession(app.db, { ...common, candidateEmail: 'robin@example.test' })
  const ended = await makeSession(app.db, { ...common, state: 'ended', endReason: 'expired', closedAt })
  const old = await makeSession(app.db, { ...common, createdAt: new Date('2020-01-01T00:00:00.000Z') })
  const list = (filter: object) =>
    member.api.sessions.list.query({ companyId, interviewId: other.id, ...filter }).then(ids)
  expect(await list({})).toEqual([ended.id, named.id, flagged.id, old.id])
  expect(await list({ flagged: true })).toEqual([flagged.id])
  expect(await list({ state: ['ended', 'active'] })).toEqual([ended.id, flagged.id])
  expect(await list({ state: ['ended', 'active'], flagged: false })).toEqual([ended.id])
  expect(await list({ candidateEmail: ' Robin@Example.test' })).toEqual([named.id])
  expect(await list({ createdBefore: '2021-01-01T00:00:00.000Z' })).toEqual([old.id])
  expect(await list({ createdAfter: '2021-01-01T00:00:00.000Z', state: ['setup'] })).toEqual([named.id])
  expect(await list({ state: [] })).toEqual([])
})

test('shows the sessions of the own company alone', async () => {
  const stranger = await memberOf(app)
  const theirs = await makeSession(app.db, { companyId: stranger.companyId })
  const { companyId } = member
  for (let cursor: string | null = null; ; ) {
    const page = await member.api.sessions.list.query({ companyId, limit: 100, cursor })
    expect(ids(page)).not.toContain(theirs.id)
    cursor = page.nextCursor
    if (cursor === null) break
  }
  const call = member.api.sessions.list.query({ companyId: stranger.companyId })
  await errorOf(call, 'NOT_FOUND')
  const foreign = member.api.sessions.list.query({ companyId, interviewId: theirs.interviewId })
  expect(ids(await foreign)).toEqual([])
})

test('a cursor that no page gave is bad input', async () => {
  const { companyId } = member
  for (const cursor of ['x', 'AAAA', 'a'.repeat(200), '../../etc']) {
    await errorOf(member.api.sessions.list.query({ companyId, cursor }), 'INVALID_INPUT')
  }
})
