import { makeInvitation } from '@viva/db/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMemoryRateLimiter } from '../../core/rate-limiter.ts'
import { errorOf, signedInUser, startTestApp, type TestApp } from '../../testing/index.ts'
import { eventTypes, newCompany, newKey, publishedInterview } from './testing/stage.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app?.close())

async function invited(candidate: { name?: string; email?: string } = {}) {
  const member = await newCompany(app)
  const { companyId } = member
  const interview = await publishedInterview(member, { introduction: 'Half an hour about your work.' })
  const made = await member.api.sessions.invite.mutate({
    companyId,
    interviewId: interview.id,
    candidate,
    idempotencyKey: newKey(),
  })
  return { member, interview, ...made }
}

const read = (token: string, bearer?: string) => app.client(bearer).sessions.readInvitation.mutate({ token })

test('a link tells what it is for to whoever holds it, and is not used up by that', async () => {
  const { token, sessionId, expiresAt, interview } = await invited({
    name: 'Robin',
    email: 'robin@example.test',
  })
  const preview = await read(token)
  const { title, introduction, limits, sensors, questions } = interview.definition
  expect(preview).toEqual({
    companyName: 'Acme',
    interview: { title, introduction, limits, sensors, questionCount: questions.length },
    candidateName: 'Robin',
    expiresAt,
  })
  expect(await read(token)).toEqual(preview)
  expect(await eventTypes(app, sessionId)).toEqual(['session.created'])
  await app.client().sessions.claim.mutate({ token })
})

test('a link tells no question, no address and no id', async () => {
  const { token, sessionId, interview } = await invited({ email: 'robin@example.test' })
  const preview = await read(token)
  expect(preview.candidateName).toBeNull()
  const text = JSON.stringify(preview)
  for (const secret of ['robin@example.test', sessionId, interview.id, 'Tell us about'])
    expect(text).not.toContain(secret)
})

test('once claimed it tells the claimer alone', async () => {
  const { token } = await invited()
  const user = await signedInUser(app)
  await user.api.sessions.claim.mutate({ token })
  expect(await read(token, user.token)).toMatchObject({ companyName: 'Acme' })
  await errorOf(read(token), 'LINK_INVALID')
  await errorOf(read(token, (await signedInUser(app)).token), 'LINK_INVALID')
})

test('a link that expired, never existed, is a member’s, or whose session was ended opens nothing, all alike', async () => {
  const ended = await invited()
  await ended.member.api.sessions.end.mutate({
    companyId: ended.member.companyId,
    sessionId: ended.sessionId,
    reason: 'technical',
    note: 'Wrong interview.',
  })
  const expired = await invited()
  await app.db.sql`
    update invitations set expires_at = now() - interval '1 day' where session_id = ${expired.sessionId}`
  const { companyId } = ended.member
  const joining = await ended.member.api.companies.inviteMember.mutate({
    companyId,
    email: 'joiner@example.test',
    role: 'hr',
  })
  const answers = []
  for (const token of [ended.token, expired.token, joining.token, 'x'.repeat(43)]) {
    const { requestId: _, ...answer } = await errorOf(read(token), 'LINK_INVALID')
    answers.push(answer)
  }
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
})

test('a whole school opens its links at once, and nobody tries links without end', async () => {
  await using limited = await startTestApp({ overrides: { limiter: createMemoryRateLimiter() } })
  await makeInvitation(limited.db)
  const guess = () => limited.client().sessions.readInvitation.mutate({ token: 'x'.repeat(43) })
  const many = () => Promise.all(Array.from({ length: 50 }, () => errorOf(guess(), 'LINK_INVALID')))
  for (let tries = 0; tries < 600; tries += 50) await many()
  await errorOf(guess(), 'RATE_LIMITED')
})
