import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../testing/index.ts'
import { follow } from './testing/follow.ts'
import { newKey, sitDown } from './testing/stage.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

test('an id written in upper case is the same id: the stream of its session is heard as it grows', async () => {
  const { claim, session, sessionId, member } = await sitDown(app)
  const shouted = sessionId.toUpperCase()
  using socket = app.socket([member.token])
  using reviewer = follow(socket, (api, handlers) =>
    api.sessions.monitor.subscribe({ companyId: member.companyId, sessionId: shouted }, handlers),
  )
  using own = follow(app.socket([claim.grant.tokens.wst]), (api, handlers) =>
    api.sessions.events.subscribe({ sessionId: shouted }, handlers),
  )
  const { head } = await reviewer.first()
  await own.first()
  const next = await session.sessions.nextQuestion.mutate({ sessionId: shouted, idempotencyKey: newKey() })
  if (next.kind !== 'asked') throw new Error(next.kind)
  await Promise.all([reviewer.seen(head + 1), own.seen(head + 1)])
  const questionId = next.question.id.toUpperCase()
  const answer = { sessionId, questionId, text: 'A queue.', idempotencyKey: newKey() }
  expect(await session.sessions.answer.mutate(answer)).toMatchObject({ questionId: next.question.id })
}, 10_000)
