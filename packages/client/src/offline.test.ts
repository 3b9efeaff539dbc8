import { startTestApp, type TestApp } from '@viva/api/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isVivaError, memoryStorage, type SessionHandle, type VivaStorage } from './index.ts'
import { startProxy } from './testing/proxy.ts'
import { type Company, newCompany, quickViva, signedUp, sitDown } from './testing/stage.ts'

let app: TestApp
let company: Company
beforeAll(async () => {
  app = await startTestApp()
  company = await newCompany(app)
})
afterAll(async () => {
  company?.viva.close()
  await app?.close()
})

async function answers(session: SessionHandle): Promise<string[]> {
  const rows = await app.db.sql<{ text: string }[]>`
    select a.text from answers a join session_events e on e.session_id = a.session_id
      and e.payload ->> 'answerId' = a.id::text
    where a.session_id = ${session.id} order by e.seq`
  return rows.map(({ text }) => text)
}

async function firstQuestion(session: SessionHandle): Promise<string> {
  const question = await session.nextQuestion()
  if (!question) throw new Error('there is no question')
  return question.id
}

describe('answers', () => {
  test('an answer whose acknowledgement is lost, with the server down for a while, is stored exactly once', async () => {
    await using proxy = await startProxy(app.url)
    const viva = quickViva({ url: proxy.url })
    const session = await sitDown(viva, company)
    const questionId = await firstQuestion(session)
    const lost = proxy.loseAnswerTo('POST /trpc/sessions.answer')
    const answered = session.answer({ questionId, text: 'Only once.' })
    await lost
    proxy.down()
    await expect.poll(() => session.pending).toBe(1)
    expect(await answers(session)).toEqual(['Only once.'])
    proxy.up()
    const receipt = await answered
    expect(receipt.questionId).toBe(questionId)
    expect(await answers(session)).toEqual(['Only once.'])
    expect(session.pending).toBe(0)
    expect(proxy.seen('POST /trpc/sessions.answer')).toBe(2)
    viva.close()
  })

  test('what is written offline survives a reload and goes out in its order', async () => {
    await using proxy = await startProxy(app.url)
    const storage = memoryStorage()
    const before = quickViva({ url: proxy.url, storage })
    const session = await sitDown(before, company)
    const questionId = await firstQuestion(session)
    proxy.down()
    const texts = ['one', 'two', 'three', 'four']
    const unsent = texts.map((text) => session.answer({ questionId, text }))
    await expect.poll(() => session.pending).toBe(4)
    before.close()
    for (const answer of unsent) {
      const error: unknown = await answer.catch((reason: unknown) => reason)
      expect(isVivaError(error, 'ABORTED')).toBe(true)
    }

    const after = quickViva({ url: proxy.url, storage })
    const again = after.session(session.id)
    await expect.poll(() => again.pending).toBe(4)
    expect((await again.pendingAnswers()).map(({ text }) => text)).toEqual(texts)
    proxy.up()
    await again.flush()
    expect(await answers(session)).toEqual(texts)
    expect(again.pending).toBe(0)
    expect(await again.pendingAnswers()).toEqual([])
    after.close()
  })

  test('what was sent but not acknowledged before a reload is not stored twice', async () => {
    await using proxy = await startProxy(app.url)
    const storage = memoryStorage()
    const before = quickViva({ url: proxy.url, storage })
    const session = await sitDown(before, company)
    const questionId = await firstQuestion(session)
    const lost = proxy.loseAnswerTo('POST /trpc/sessions.answer')
    // Nobody waits for it, so nothing may crash when the page goes.
    void session.answer({ questionId, text: 'Said before the reload.' })
    await lost
    before.close()
    const after = quickViva({ url: proxy.url, storage })
    await after.session(session.id).flush()
    expect(await answers(session)).toEqual(['Said before the reload.'])
    after.close()
  })

  test("a refusal is the caller's, is reported, and is kept to be read, also after a reload", async () => {
    const storage = memoryStorage()
    const errors: unknown[] = []
    const viva = quickViva({ url: app.url, storage, onError: (error) => errors.push(error) })
    const session = await sitDown(viva, company)
    const questionId = await firstQuestion(session)
    const nobodys = '00000000-0000-4000-8000-000000000000'
    const refused: unknown = await session
      .answer({ questionId: nobodys, text: 'To nothing.' })
      .catch((error: unknown) => error)
    expect(isVivaError(refused, 'NOT_FOUND')).toBe(true)
    expect(errors).toEqual([refused])
    // Those behind it are not held up.
    await session.answer({ questionId, text: 'To something.' })
    await session.finalize()
    const late: unknown = await session
      .answer({ questionId, text: 'Too late.' })
      .catch((error: unknown) => error)
    expect(isVivaError(late, 'INVALID_STATE') && late.details.state).toBe('completed')
    viva.close()

    const after = quickViva({ url: app.url, storage })
    const again = after.session(session.id)
    await expect.poll(() => again.rejected.length).toBe(2)
    expect(again.rejected).toMatchObject([
      { kind: 'answer', code: 'NOT_FOUND', answer: { text: 'To nothing.' } },
      { kind: 'answer', code: 'INVALID_STATE', answer: { text: 'Too late.' } },
    ])
    await again.clearRejected()
    expect(again.rejected).toEqual([])
    after.close()
  })

  test('wait while the candidate is signed out, and go on when they are back', async () => {
    const viva = quickViva({ url: app.url, onError: () => undefined })
    const account = { email: 'signed.out@example.com', password: 'correct horse battery' }
    const user = await signedUp(viva, account)
    const session = await sitDown(viva, company)
    const questionId = await firstQuestion(session)
    await app.db.sql`update auth_sessions set revoked_at = now() where user_id = ${user.id}`
    const answered = session.answer({ questionId, text: 'Kept for later.' })
    await expect.poll(() => viva.user).toBeNull()
    expect(session.pending).toBe(1)
    await viva.logIn(account)
    expect((await answered).questionId).toBe(questionId)
    viva.close()
  })

  test('are never sent in the name of another user', async () => {
    await using proxy = await startProxy(app.url)
    const storage = memoryStorage()
    const viva = quickViva({ url: proxy.url, storage, onError: () => undefined })
    const account = { email: 'first.user@example.com', password: 'correct horse battery' }
    await signedUp(viva, account)
    const session = await sitDown(viva, company)
    const questionId = await firstQuestion(session)
    proxy.down()
    session.answer({ questionId, text: 'Mine alone.' }).catch(() => undefined)
    await expect.poll(() => session.pending).toBe(1)
    proxy.up()
    viva.close()

    const shared = quickViva({ url: proxy.url, storage, onError: () => undefined })
    await signedUp(shared)
    const theirs: unknown = await shared
      .session(session.id)
      .flush()
      .catch((error: unknown) => error)
    expect(isVivaError(theirs, 'NOT_FOUND')).toBe(true)
    expect(shared.session(session.id).rejected).toEqual([])
    await shared.logIn(account)
    await shared.session(session.id).flush()
    expect(await answers(session)).toEqual(['Mine alone.'])
    shared.close()
  })

  test('two pages over one storage send each once, and both get their receipts', async () => {
    const storage = memoryStorage()
    const first = quickViva({ url: app.url, storage })
    const session = await sitDown(first, company)
    const questionId = await firstQuestion(session)
    const second = quickViva({ url: app.url, storage })
    const other = second.session(session.id)
    const receipts = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 === 0 ? session : other).answer({ questionId, text: `answer ${index}` }),
      ),
    )
    expect(new Set(receipts.map(({ answerId }) => answerId)).size).toBe(10)
    expect((await answers(session)).length).toBe(10)
    for (const viva of [first, second]) viva.close()
  })

  test('are sent also where the storage refuses to keep them', async () => {
    const errors: unknown[] = []
    const full = new Error('the storage is full')
    const inner = memoryStorage()
    const storage: VivaStorage = {
      ...inner,
      setItem(key, value) {
        if (key.includes(':answers')) throw full
        return inner.setItem(key, value)
      },
    }
    const viva = quickViva({ url: app.url, storage, onError: (error) => errors.push(error) })
    const session = await sitDown(viva, company)
    const questionId = await firstQuestion(session)
    await session.answer({ questionId, text: 'Not kept, but sent.' })
    expect(await answers(session)).toEqual(['Not kept, but sent.'])
    expect(errors).toContain(full)
    viva.close()
  })
})

test('handing in waits for what was written offline', async () => {
  await using proxy = await startProxy(app.url)
  const viva = quickViva({ url: proxy.url })
  const session = await sitDown(viva, company)
  const questionId = await firstQuestion(session)
  proxy.down()
  session.answer({ questionId, text: 'Written offline.' }).catch(() => undefined)
  await session.signal('network_lost')
  const counts: number[] = []
  session.onPending((pending) => counts.push(pending))
  const finalized = session.finalize()
  await expect.poll(() => session.pending).toBe(2)
  proxy.up()
  expect(await finalized).toMatchObject({ state: 'completed', answers: 1, signals: 1 })
  expect(counts.at(-1)).toBe(0)
  viva.close()
})

test('a precheck whose answer was lost is sent again, and recorded once', async () => {
  await using proxy = await startProxy(app.url)
  const viva = quickViva({ url: proxy.url })
  const { token } = await company.invite()
  const session = await viva.claim({ token })
  const lost = proxy.loseAnswerTo('POST /trpc/sessions.precheck')
  const checked = session.precheck({ consents: { browser: true } })
  await lost
  expect((await checked).state).toBe('ready')
  expect(proxy.seen('POST /trpc/sessions.precheck')).toBe(2)
  const events = await app.db.sql`
    select 1 from session_events where session_id = ${session.id} and type = 'session.prechecked'`
  expect(events).toHaveLength(1)
  viva.close()
})
