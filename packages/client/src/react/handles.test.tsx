import '../testing/dom.ts'
import { act, renderHook, waitFor } from '@testing-library/react'
import { startTestApp, type TestApp } from '@viva/api/testing'
import { renderToString } from 'react-dom/server'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { SessionHandle } from '../index.ts'
import { startProxy } from '../testing/proxy.ts'
import { keepReactQuiet, show, stageOf } from '../testing/react-stage.tsx'
import { type Company, newCompany, quickViva, signedUp, sitDown } from '../testing/stage.ts'
import { useConnection, useEvents, useMonitor, useSession } from './index.ts'

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
afterEach(() => {
  vi.useRealTimers()
})
keepReactQuiet()

function useLiveSession(sessionId: string) {
  const handle = useSession(sessionId)
  return { handle, connection: useConnection(handle), events: useEvents(handle) }
}

function useLiveMonitor(session: { companyId: string; sessionId: string }) {
  const feed = useMonitor(session)
  return { feed, connection: useConnection(feed), events: useEvents(feed) }
}

function Taking({ sessionId, onTaken }: { sessionId: string; onTaken: (session: SessionHandle) => void }) {
  onTaken(useSession(sessionId))
  return null
}

/** Tells whether a live handle has been closed. */
function closingOf(session: SessionHandle): { readonly isClosed: boolean } {
  const seen = { isClosed: false }
  session.onConnection((status) => {
    if (status === 'closed') seen.isClosed = true
  })
  return seen
}

describe('a session', () => {
  test('is the handle that a claim gave, stays open in StrictMode, and is closed after its last component', async () => {
    const viva = quickViva({ url: app.url })
    const session = await sitDown(viva, company)
    const [first, second] = [
      show(viva, () => useLiveSession(session.id)),
      show(viva, () => useLiveSession(session.id)),
    ]
    expect(first.result.current.handle).toBe(session)
    expect(second.result.current.handle).toBe(session)
    await waitFor(() => expect(first.result.current.connection).toBe('open'))
    const closing = closingOf(session)
    first.unmount()
    await session.current()
    expect(closing.isClosed).toBe(false)
    expect(viva.session(session.id)).toBe(session)
    second.unmount()
    await waitFor(() => expect(closing.isClosed).toBe(true))
    expect(viva.session(session.id)).not.toBe(session)
    viva.close()
  })

  test('that is left by one screen and taken up by the next is not opened twice', async () => {
    await using proxy = await startProxy(app.url)
    const viva = quickViva({ url: proxy.url })
    const { id } = await sitDown(viva, company)
    const { result, rerender } = renderHook(
      ({ screen }: { screen: string }) => ({ screen, ...useLiveSession(id) }),
      { wrapper: stageOf(viva), initialProps: { screen: 'precheck' } },
    )
    await waitFor(() => expect(result.current.connection).toBe('open'))
    rerender({ screen: 'room' })
    expect(result.current.connection).toBe('open')
    expect(proxy.seen('pgrade: websocket')).toBe(1)
    viva.close()
  })

  test('is closed only once the server has what the candidate said', async () => {
    await using proxy = await startProxy(app.url)
    const viva = quickViva({ url: proxy.url })
    const session = await sitDown(viva, company)
    const question = await session.nextQuestion()
    const { unmount } = show(viva, () => useSession(session.id))
    proxy.down()
    const answered = session.answer({ questionId: question?.id ?? '', text: 'Said on the way out.' })
    await expect.poll(() => session.pending).toBe(1)
    unmount()
    proxy.up()
    expect(await answered).toMatchObject({ questionId: question?.id })
    await expect.poll(() => viva.session(session.id) === session).toBe(false)
    viva.close()
  })

  test('that a render took which React threw away is closed all the same', async () => {
    const viva = quickViva({ url: app.url })
    await signedUp(viva)
    const id = crypto.randomUUID()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const Stage = stageOf(viva)
    let taken: SessionHandle | null = null
    renderToString(
      <Stage>
        <Taking
          sessionId={id}
          onTaken={(session) => {
            taken = session
          }}
        />
      </Stage>,
    )
    expect(viva.session(id)).toBe(taken)
    vi.advanceTimersByTime(60_000)
    vi.useRealTimers()
    await expect.poll(() => viva.session(id)).not.toBe(taken)
    viva.close()
  })

  test('has a new handle after the user has signed out and in again', async () => {
    const viva = quickViva({ url: app.url })
    const account = { email: `${crypto.randomUUID()}@example.com`, password: 'correct horse battery' }
    await signedUp(viva, account)
    const session = await sitDown(viva, company)
    const { result } = show(viva, () => useLiveSession(session.id))
    await waitFor(() => expect(result.current.connection).toBe('open'))
    await act(() => viva.logOut())
    expect(result.current.handle).toBe(session)
    expect(result.current.connection).toBe('closed')
    await act(() => viva.logIn(account))
    expect(result.current.handle).not.toBe(session)
    await waitFor(() => expect(result.current.connection).toBe('open'))
    await waitFor(() => expect(result.current.events.length).toBeGreaterThan(3))
    viva.close()
  })
})

describe('a monitor', () => {
  test('is one for all components, closed after the last, and begun anew for another user', async () => {
    const candidate = quickViva({ url: app.url })
    const { id: sessionId } = await sitDown(candidate, company)
    const viva = quickViva({ url: app.url })
    await viva.logIn(company.account)
    const session = { companyId: company.companyId, sessionId }
    const [first, second] = [
      show(viva, () => useLiveMonitor(session)),
      show(viva, () => useLiveMonitor(session)),
    ]
    const { feed } = first.result.current
    expect(second.result.current.feed).toBe(feed)
    await waitFor(() => expect(first.result.current.events.at(-1)?.type).toBe('session.transitioned'))
    expect(second.result.current.events).toBe(first.result.current.events)
    second.unmount()
    expect(first.result.current.connection).toBe('open')

    await act(() => viva.logOut())
    expect(first.result.current.connection).toBe('closed')
    await act(() => viva.logIn(company.account))
    expect(first.result.current.feed).not.toBe(feed)
    await waitFor(() => expect(first.result.current.connection).toBe('open'))
    await waitFor(() => expect(first.result.current.events.length).toBeGreaterThan(3))
    const again = first.result.current.feed
    const over = again.events({ after: 1_000_000 }).next()
    first.unmount()
    expect((await over).done).toBe(true)
    for (const each of [viva, candidate]) each.close()
  })
})
