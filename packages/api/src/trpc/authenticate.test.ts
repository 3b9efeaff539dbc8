import { expect, test } from 'vitest'
import { candidateOf, errorOf, startTestApp } from '../testing/index.ts'

test('a token of a session does not outlive the device that it was made for', async () => {
  await using app = await startTestApp()
  const { session, sessionId, authSessionId } = await candidateOf(app)
  const over = new Date(app.clock.now().getTime() + 60_000)
  await app.db.sql`update auth_sessions set absolute_expires_at = ${over} where id = ${authSessionId}`
  expect((await session.sessions.current.query({ sessionId })).id).toBe(sessionId)
  app.clock.advance(61_000)
  await errorOf(session.sessions.current.query({ sessionId }), 'UNAUTHENTICATED')
})
