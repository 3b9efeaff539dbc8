import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { sessionHeads } from '../schema/index.ts'
import {
  makeAnswer,
  makeAuthSession,
  makeInvitation,
  makeQuestion,
  makeSession,
  makeUser,
} from './factories.ts'
import { createTestDatabase } from './test-database.ts'

test('every factory makes a row that the schema accepts, with its parents', async () => {
  await using database = await createTestDatabase()
  const { db } = database
  const invitation = await makeInvitation(db)
  expect(invitation.sessionId).not.toBeNull()
  const session = await makeSession(db)
  const question = await makeQuestion(db, { sessionId: session.id, companyId: session.companyId })
  await makeAnswer(db, { sessionId: session.id, companyId: session.companyId, questionId: question.id })
  await makeAuthSession(db)
  expect(await makeUser(db, { guest: true })).toMatchObject({ guest: true, email: null })
})

test('a session made for a company belongs to it, and its log can be appended to', async () => {
  await using database = await createTestDatabase()
  const { db } = database
  const { companyId } = await makeSession(db)
  const session = await makeSession(db, { companyId })
  expect(session.companyId).toBe(companyId)
  const event = {
    type: 'session.created',
    actor: 'system',
    at: new Date().toISOString(),
    payload: {},
    salt: '00'.repeat(16),
    payloadHash: '11'.repeat(32),
  }
  await db.sql`select * from append_session_events(${session.id}, ${db.sql.json([event, event])})`
  const [head] = await db.drizzle.select().from(sessionHeads).where(eq(sessionHeads.sessionId, session.id))
  expect(head?.seq).toBe(2)
})
