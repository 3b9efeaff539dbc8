import { createHash } from 'node:crypto'
import { makeInvitation, makeUser } from '@viva/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errorOf, signedInUser, startTestApp, type TestApp } from '../../testing/index.ts'
import { eventTypes, invitation, newCompany, newKey, publishedInterview, sitDown } from './testing/stage.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app?.close())

async function invited() {
  const member = await newCompany(app)
  const interview = await publishedInterview(member)
  return { member, interview, ...(await invitation(member, interview.id)) }
}

describe('inviting', () => {
  test('a replay, also at the same moment, gives the same link to one session', async () => {
    const member = await newCompany(app)
    const { id: interviewId } = await publishedInterview(member)
    const call = { companyId: member.companyId, interviewId, idempotencyKey: newKey() }
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => member.api.sessions.invite.mutate(call)),
    )
    const late = await member.api.sessions.invite.mutate(call)
    for (const answer of answers) expect(answer).toEqual(late)
    const rows = await app.db.sql`select id from sessions where company_id = ${member.companyId}`
    expect(rows).toHaveLength(1)
    await errorOf(member.api.sessions.invite.mutate({ ...call, expiresInHours: 3 }), 'IDEMPOTENCY_KEY_REUSED')
  })

  test('keeps 32 random bytes as a hash and nothing in the clear', async () => {
    const { token, sessionId } = await invited()
    expect(Buffer.from(token, 'base64url')).toHaveLength(32)
    const [row] = await app.db.sql<{ tokenHash: Uint8Array }[]>`
      select token_hash as "tokenHash" from invitations where session_id = ${sessionId}`
    expect(Buffer.from(row?.tokenHash ?? [])).toEqual(createHash('sha256').update(token).digest())
    const [leaks] = await app.db.sql`
      select count(*) as n from idempotency_keys where result::text like ${`%${token}%`}`
    expect(leaks).toEqual({ n: 0 })
  })

  test('a draft, another company, or a role without the permission is refused', async () => {
    const { member, interview } = await invited()
    const { companyId } = member
    const draft = await member.api.interviews.create.mutate({
      companyId,
      definition: interview.definition,
      idempotencyKey: newKey(),
    })
    const error = await errorOf(
      member.api.sessions.invite.mutate({ companyId, interviewId: draft.id, idempotencyKey: newKey() }),
      'CONFLICT',
    )
    expect(error.details.reason).toBe('not_published')
    const stranger = await newCompany(app)
    await errorOf(invitation(stranger, interview.id), 'NOT_FOUND')
    await errorOf(invitation({ ...stranger, companyId }, interview.id), 'NOT_FOUND')
    const reviewer = await newCompany(app, { role: 'reviewer' })
    await errorOf(invitation(reviewer, interview.id), 'FORBIDDEN')
  })
})

describe('claiming', () => {
  test('makes a guest with an auth session of their own, whose tokens work', async () => {
    const { sessionId, token } = await invited()
    const { auth, grant } = await app.client().sessions.claim.mutate({ token, name: 'Robin' })
    expect(auth?.user).toMatchObject({ name: 'Robin', email: null, guest: true })
    expect(auth?.tokens.refreshToken).toEqual(expect.any(String))
    const me = app.client(auth?.tokens.accessToken)
    const tokens = await me.sessions.refreshTokens.mutate({ sessionId })
    const current = await app.client(tokens.ist).sessions.current.query({ sessionId })
    expect(current.state).toBe('precheck')
    expect(grant.session.id).toBe(sessionId)
    const life = Date.parse(tokens.expiresAt) - app.clock.now().getTime()
    expect(life).toBeGreaterThan(0)
    expect(life).toBeLessThanOrEqual(15 * 60_000)
  })

  test('of twenty claims at once one wins, and only its guest exists', async () => {
    const { token, sessionId } = await invited()
    const before = await guests()
    const claims = await Promise.allSettled(
      Array.from({ length: 20 }, () => app.client().sessions.claim.mutate({ token })),
    )
    expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const claim of claims) {
      if (claim.status === 'rejected') await errorOf(Promise.reject(claim.reason), 'LINK_INVALID')
    }
    expect((await guests()) - before).toBe(1)
    expect((await eventTypes(app, sessionId)).filter((type) => type === 'session.claimed')).toHaveLength(1)
  })

  test('the user who claimed may claim again and changes nothing; others may not', async () => {
    const { token, sessionId } = await invited()
    const user = await signedInUser(app)
    const claims = await Promise.all([1, 2, 3].map(() => user.api.sessions.claim.mutate({ token })))
    const again = await user.api.sessions.claim.mutate({ token })
    for (const { auth, grant } of [...claims, again]) {
      expect(auth).toBeNull()
      expect(grant.session.id).toBe(sessionId)
    }
    expect((await eventTypes(app, sessionId)).filter((type) => type === 'session.claimed')).toHaveLength(1)
    await errorOf((await signedInUser(app)).api.sessions.claim.mutate({ token }), 'LINK_INVALID')
    await errorOf(app.client().sessions.claim.mutate({ token }), 'LINK_INVALID')
  })

  test('a guest whose answer was lost gets their session again with the same key, and nobody without it', async () => {
    const { token, sessionId } = await invited()
    const call = { token, idempotencyKey: newKey(), name: 'Ada' }
    const claims = await Promise.all([1, 2, 3].map(() => app.client().sessions.claim.mutate(call)))
    const again = await app.client().sessions.claim.mutate(call)
    for (const { auth, grant } of [...claims, again]) {
      expect(grant.session).toMatchObject({ id: sessionId, state: 'precheck' })
      expect(auth?.user).toEqual(again.auth?.user)
    }
    expect(await eventTypes(app, sessionId)).toEqual([
      'session.created',
      'session.claimed',
      'session.transitioned',
    ])
    await errorOf(app.client().sessions.claim.mutate({ token }), 'LINK_INVALID')
    await errorOf(app.client().sessions.claim.mutate({ ...call, idempotencyKey: newKey() }), 'LINK_INVALID')
    const { api } = await signedInUser(app)
    await errorOf(api.sessions.claim.mutate(call), 'LINK_INVALID')
    app.clock.advance(8 * 24 * 3600 * 1000)
    await errorOf(app.client().sessions.claim.mutate(call), 'LINK_INVALID')
    app.clock.advance(-8 * 24 * 3600 * 1000)
  })

  test('an account is never entered by the key of a claim', async () => {
    const { token } = await invited()
    const call = { token, idempotencyKey: newKey() }
    const { api } = await signedInUser(app)
    await api.sessions.claim.mutate(call)
    await errorOf(app.client().sessions.claim.mutate(call), 'LINK_INVALID')
  })

  test('an unknown, an expired and a member’s link look alike', async () => {
    const { token } = await invited()
    await errorOf(app.client().sessions.claim.mutate({ token: 'A'.repeat(43) }), 'LINK_INVALID')
    const forMember = 'B'.repeat(43)
    const tokenHash = createHash('sha256').update(forMember).digest()
    await makeInvitation(app.db, { kind: 'member', email: 'robin@example.test', role: 'hr', tokenHash })
    await errorOf(app.client().sessions.claim.mutate({ token: forMember }), 'LINK_INVALID')
    app.clock.advance(8 * 24 * 3_600_000)
    await errorOf(app.client().sessions.claim.mutate({ token }), 'LINK_INVALID')
    app.clock.advance(-8 * 24 * 3_600_000)
  })

  test('a session that was ended before cannot be claimed any more', async () => {
    const { token, sessionId, member } = await invited()
    await member.api.sessions.end.mutate({
      companyId: member.companyId,
      sessionId,
      reason: 'technical',
      note: 'Wrong interview.',
    })
    const error = await errorOf(app.client().sessions.claim.mutate({ token }), 'INVALID_STATE')
    expect(error.details).toEqual({ state: 'ended', allowed: [] })
  })

  async function guests(): Promise<number> {
    const [row] = await app.db.sql<{ n: number }[]>`select count(*) as n from users where guest`
    return row?.n ?? 0
  }
})

describe('open interviews', () => {
  test('anyone with an account gets one session for one key; guests of others and drafts do not', async () => {
    const member = await newCompany(app)
    const open = await publishedInterview(member, { open: true })
    const closed = await publishedInterview(member)
    const user = await signedInUser(app)
    const call = { interviewId: open.id, idempotencyKey: newKey() }
    const grants = await Promise.all([1, 2, 3].map(() => user.api.sessions.createOpen.mutate(call)))
    const ids = new Set(grants.map(({ session }) => session.id))
    expect(ids.size).toBe(1)
    expect(await eventTypes(app, [...ids][0] ?? '')).toEqual([
      'session.created',
      'session.claimed',
      'session.transitioned',
    ])
    const [leaks] = await app.db.sql`
      select count(*) as n from idempotency_keys where result::text like ${'%eyJ%'}`
    expect(leaks).toEqual({ n: 0 })
    const mine = await user.api.sessions.mine.query({})
    expect(mine.items).toMatchObject([
      { interviewTitle: 'Backend engineer', companyName: 'Acme', state: 'precheck' },
    ])
    await errorOf(
      user.api.sessions.createOpen.mutate({ interviewId: closed.id, idempotencyKey: newKey() }),
      'NOT_FOUND',
    )
    // Opened in a version that is not published: still closed.
    await member.api.interviews.edit.mutate({
      companyId: member.companyId,
      interviewId: closed.id,
      baseVersion: 1,
      definition: { ...closed.definition, open: true },
    })
    await errorOf(
      user.api.sessions.createOpen.mutate({ interviewId: closed.id, idempotencyKey: newKey() }),
      'NOT_FOUND',
    )
  })
})

describe('tokens of a session', () => {
  test('are for its candidate alone, on any of their devices', async () => {
    const { sessionId, member } = await sitDown(app)
    await errorOf(member.api.sessions.refreshTokens.mutate({ sessionId }), 'NOT_FOUND')
    const other = await sitDown(app)
    await errorOf(other.candidate.sessions.refreshTokens.mutate({ sessionId }), 'NOT_FOUND')
    await errorOf(other.session.sessions.current.query({ sessionId }), 'FORBIDDEN')
    const unclaimed = await invited()
    await errorOf(
      other.candidate.sessions.refreshTokens.mutate({ sessionId: unclaimed.sessionId }),
      'NOT_FOUND',
    )
    await errorOf(
      other.candidate.sessions.refreshTokens.mutate({ sessionId: (await makeUser(app.db)).id }),
      'NOT_FOUND',
    )
  })

  test('each kind opens its own part of the API and no other', async () => {
    const { sessionId, claim } = await sitDown(app)
    const { tokens } = claim.grant
    for (const token of [tokens.wst, tokens.aipt, tokens.acet, claim.auth?.tokens.accessToken ?? '']) {
      await errorOf(app.client(token).sessions.current.query({ sessionId }), 'UNAUTHENTICATED')
    }
    await errorOf(app.client(tokens.ist).auth.me.query(), 'UNAUTHENTICATED')
  })
})
