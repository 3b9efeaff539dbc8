import '../testing/dom.ts'
import { act, waitFor } from '@testing-library/react'
import { startTestApp, type TestApp } from '@viva/api/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { memoryStorage } from '../index.ts'
import { keepReactQuiet, show } from '../testing/react-stage.tsx'
import { recordingFetch } from '../testing/recording-fetch.ts'
import { type Company, newCompany, quickViva, sitDown } from '../testing/stage.ts'
import { useSession, useSessionState } from './index.ts'

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
keepReactQuiet()

test('a session shows where it stands, and what the candidate does shows at once', async () => {
  const viva = quickViva({ url: app.url })
  const { token } = await company.invite()
  const { id } = await viva.claim({ token, name: 'Grace' })
  const { result } = show(viva, () => {
    const session = useSession(id)
    return { session, ...useSessionState(session) }
  })
  expect(result.current.state?.state).toBe('precheck')
  const { session } = result.current
  await act(() => session.precheck({ consents: { browser: true } }))
  expect(result.current.state?.state).toBe('ready')
  await act(() => session.start())
  expect(result.current.state).toMatchObject({ state: 'active', currentQuestion: null, answeredCount: 0 })
  const question = await act(() => session.nextQuestion())
  await waitFor(() => expect(result.current.state?.currentQuestion?.id).toBe(question?.id))
  await act(() => session.answer({ questionId: question?.id ?? '', text: 'Because.' }))
  await waitFor(() => expect(result.current.state?.answeredCount).toBe(1))
  await act(() => session.withdraw())
  await waitFor(() => expect(result.current.state).toMatchObject({ state: 'ended', endReason: 'withdrawn' }))
  expect(result.current.error).toBeNull()
  viva.close()
})

test('a change on another device, or by a member, shows too', async () => {
  const storage = memoryStorage()
  const other = quickViva({ url: app.url, storage })
  const elsewhere = await sitDown(other, company)
  const viva = quickViva({ url: app.url, storage })
  const { result } = show(viva, () => useSessionState(useSession(elsewhere.id)))
  expect(result.current).toMatchObject({ state: null, error: null })
  await waitFor(() => expect(result.current.state?.state).toBe('active'))
  const question = await elsewhere.nextQuestion()
  await waitFor(() => expect(result.current.state?.currentQuestion?.id).toBe(question?.id))
  const { companyId } = company
  await company.viva.api.sessions.end.mutate({
    companyId,
    sessionId: elsewhere.id,
    reason: 'technical',
    note: 'The building is on fire.',
  })
  await waitFor(() => expect(result.current.state?.state).toBe('ended'))
  for (const each of [viva, other]) each.close()
})

test('a reading that fails for a while is told and made again; one that fails for good is told', async () => {
  // More than there are events and connections that bring it about, too.
  let failures = 5
  const { fetch, count } = recordingFetch((url, init, next) => {
    if (!url.includes('sessions.current') || failures === 0) return next(url, init)
    failures -= 1
    return Promise.reject(new TypeError('fetch failed'))
  })
  const storage = memoryStorage()
  const { id } = await sitDown(quickViva({ url: app.url, storage }), company)
  const viva = quickViva({ url: app.url, storage, fetch })
  const codes = new Set<string>()
  const { result } = show(viva, () => {
    const session = useSessionState(useSession(id))
    if (session.error) codes.add(session.error.code)
    return session
  })
  await waitFor(() => expect(result.current.state?.state).toBe('active'))
  await waitFor(() => expect(result.current.error).toBeNull())
  expect([...codes]).toEqual(['NETWORK'])

  const before = count('sessions.current')
  act(result.current.refresh)
  await waitFor(() => expect(count('sessions.current')).toBe(before + 1))

  const stranger = show(viva, () => useSessionState(useSession('00000000-0000-4000-8000-000000000000')))
  await waitFor(() => expect(stranger.result.current.error?.code).toBe('NOT_FOUND'))
  expect(stranger.result.current.state).toBeNull()
  viva.close()
})

test('many components read once, and a reading under way ends with the last of them', async () => {
  const signals: (AbortSignal | null | undefined)[] = []
  const { fetch } = recordingFetch((url, init, next) => {
    if (!url.includes('sessions.current')) return next(url, init)
    signals.push(init.signal)
    return new Promise((_resolve, reject) => {
      init.signal?.addEventListener('abort', () => reject(init.signal?.reason))
    })
  })
  const storage = memoryStorage()
  const { id } = await sitDown(quickViva({ url: app.url, storage }), company)
  const viva = quickViva({ url: app.url, storage, fetch })
  const views = [1, 2, 3].map(() => show(viva, () => useSessionState(useSession(id))))
  await waitFor(() => expect(signals.filter((signal) => !signal?.aborted)).toHaveLength(1))
  expect(new Set(views.map(({ result }) => result.current)).size).toBe(1)
  for (const { unmount } of views) unmount()
  await waitFor(() => expect(signals.every((signal) => signal?.aborted)).toBe(true))
  viva.close()
})

test('an answer that was overtaken does not take the session back', async () => {
  let late: (() => void) | null = null
  const { fetch } = recordingFetch(async (url, init, next) => {
    const response = await next(url, init)
    if (url.includes('sessions.current') && late === null) {
      await new Promise<void>((resolve) => {
        late = resolve
      })
    }
    return response
  })
  const viva = quickViva({ url: app.url, fetch })
  const { token } = await company.invite()
  const session = await viva.claim({ token, name: 'Grace' })
  const states: string[] = []
  session.onLatest(({ state }) => states.push(state))
  const slow = session.current()
  await expect.poll(() => late).not.toBeNull()
  await session.precheck({ consents: { browser: true } })
  // TypeScript takes it for what it was at first.
  const release = late as (() => void) | null
  release?.()
  expect((await slow).state).toBe('precheck')
  expect(session.latest?.state).toBe('ready')
  expect(states).toEqual(['ready'])
  viva.close()
})
