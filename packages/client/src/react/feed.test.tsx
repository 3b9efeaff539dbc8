import '../testing/dom.ts'
import { act, waitFor } from '@testing-library/react'
import { startTestApp, type TestApp } from '@viva/api/testing'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { ConnectionStatus } from '../index.ts'
import { startProxy } from '../testing/proxy.ts'
import { keepReactQuiet, show } from '../testing/react-stage.tsx'
import { append, upTo } from '../testing/session-log.ts'
import { type Company, newCompany, quickViva, sitDown } from '../testing/stage.ts'
import { useConnection, useEvents, usePending, useServerNow, useSession } from './index.ts'

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

const useSessionEvents = (sessionId: string) => useEvents(useSession(sessionId))

test('events come each once and in order, over a connection that breaks, in few renders', async () => {
  await using proxy = await startProxy(app.url)
  const viva = quickViva({ url: proxy.url })
  const { id } = await sitDown(viva, company)
  const last = (await append(app, id, 300)).at(-1) ?? 0
  let renders = 0
  const statuses = new Set<ConnectionStatus>()
  const { result } = show(viva, () => {
    renders += 1
    const session = useSession(id)
    statuses.add(useConnection(session))
    return useEvents(session)
  })
  const seqs = () => result.current.map(({ seq }) => seq)
  await waitFor(() => expect(seqs()).toEqual(upTo(last)))
  expect(renders).toBeLessThan(60)
  proxy.cut()
  const end = (await append(app, id, 5)).at(-1) ?? 0
  await waitFor(() => expect(seqs()).toEqual(upTo(end)))
  await waitFor(() => expect(statuses).toContain('reconnecting'))
  expect(statuses).toContain('open')
  viva.close()
})

test('the list of events is the same as long as none has come, also for a component that comes late', async () => {
  const viva = quickViva({ url: app.url })
  const { id } = await sitDown(viva, company)
  const early = show(viva, () => useSessionEvents(id))
  await waitFor(() => expect(early.result.current.length).toBeGreaterThan(3))
  const events = early.result.current
  early.rerender()
  const late = show(viva, () => useSessionEvents(id))
  expect(late.result.current).toBe(events)
  early.unmount()
  late.unmount()
  // The feed tells its whole log to whoever listens anew.
  const again = show(viva, () => useSessionEvents(id))
  await append(app, id, 1)
  await waitFor(() => expect(again.result.current.length).toBeGreaterThan(events.length))
  expect(again.result.current.map(({ seq }) => seq)).toEqual(upTo(events.length + 1))
  viva.close()
})

test('what waits to be sent is counted, and what was refused is shown until it is cleared', async () => {
  await using proxy = await startProxy(app.url)
  const viva = quickViva({ url: proxy.url, onError: () => undefined })
  const session = await sitDown(viva, company)
  const question = await session.nextQuestion()
  const { result } = show(viva, () => usePending(useSession(session.id)))
  expect(result.current).toEqual({ pending: 0, rejected: [] })
  proxy.down()
  const answered = session.answer({ questionId: question?.id ?? '', text: 'Kept.' })
  await waitFor(() => expect(result.current.pending).toBe(1))
  proxy.up()
  await act(() => answered)
  await waitFor(() => expect(result.current.pending).toBe(0))

  await act(() =>
    session.answer({ questionId: crypto.randomUUID(), text: 'To no question.' }).catch(() => null),
  )
  await waitFor(() => expect(result.current.rejected).toMatchObject([{ kind: 'answer', code: 'NOT_FOUND' }]))
  await act(() => session.clearRejected())
  expect(result.current.rejected).toEqual([])
  viva.close()
})

test("the clock is the server's, ticks with its seconds, and stops with the last component", () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  vi.setSystemTime('2026-01-01T00:00:00.000Z')
  // Behind by a minute and a bit.
  const feed = { serverNow: () => new Date(Date.now() + 60_250) }
  const viva = quickViva({ url: app.url })
  const { result, unmount } = show(viva, () => useServerNow(feed).toISOString())
  expect(result.current).toBe('2026-01-01T00:01:00.250Z')
  act(() => vi.advanceTimersByTime(750))
  expect(result.current).toBe('2026-01-01T00:01:01.000Z')
  act(() => vi.advanceTimersByTime(3000))
  expect(result.current).toBe('2026-01-01T00:01:04.000Z')
  unmount()
  expect(vi.getTimerCount()).toBe(0)
})
