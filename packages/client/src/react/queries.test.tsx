import '../testing/dom.ts'
import {
  QueryClient,
  skipToken,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useSuspenseQuery,
} from '@tanstack/react-query'
import { act, waitFor } from '@testing-library/react'
import { startTestApp, type TestApp } from '@viva/api/testing'
import { useState } from 'react'
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import { type AnyVivaError, type Me, newKey, type Page, type Session } from '../index.ts'
import { keepReactQuiet, show } from '../testing/react-stage.tsx'
import { recordingFetch } from '../testing/recording-fetch.ts'
import { type Company, newCompany, quickViva } from '../testing/stage.ts'
import { createVivaQueries, useVivaQueries } from './index.ts'

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

/** A member of the company, through a fetch of their own. */
async function member(around?: Parameters<typeof recordingFetch>[0]) {
  const recording = recordingFetch(around)
  const viva = quickViva({ url: app.url, fetch: recording.fetch })
  await viva.logIn(company.account)
  return { viva, ...recording }
}

/** What the server says when it wants less. */
function refusal(code: string, details: object): Response {
  const error = {
    message: code,
    code: -32000,
    data: { app: { code, message: code, requestId: 'r1', details } },
  }
  return Response.json({ error }, { status: 429 })
}

describe('a query', () => {
  test('has the type of its procedure, and one call serves all that ask the same', async () => {
    const { viva, count } = await member()
    const { companyId } = company
    const { result } = show(viva, () => {
      const queries = useVivaQueries()
      const me = useQuery(queries.auth.me.queryOptions())
      const list = useQuery({ ...queries.sessions.list.queryOptions({ companyId }), staleTime: 60_000 })
      const same = useQuery(queries.sessions.list.queryOptions({ companyId }))
      const names = useQuery({
        ...queries.companies.members.queryOptions({ companyId }),
        select: (members) => members.map(({ name }) => name),
      })
      return { me, list, same, names }
    })
    await waitFor(() => expect(result.current.names.data).toEqual(['Ada']))
    await waitFor(() => expect(result.current.same.data?.items).toEqual([]))
    expect(result.current.me.data?.memberships[0]?.companyId).toBe(companyId)
    expect(result.current.list.data).toBe(result.current.same.data)
    expect(count('sessions.list')).toBe(1)
    expectTypeOf(result.current.me.data).toEqualTypeOf<Me | undefined>()
    expectTypeOf(result.current.me.error).toEqualTypeOf<AnyVivaError | null>()
    expectTypeOf(result.current.list.data).toEqualTypeOf<Page<Session> | undefined>()
    expectTypeOf(result.current.names.data).toEqualTypeOf<string[] | undefined>()
  })

  test('has a key made of path and input, which begins with the key of the procedure', () => {
    const viva = quickViva({ url: app.url })
    const { sessions } = createVivaQueries(viva)
    expect(sessions.list.queryKey()).toEqual(['viva', 'sessions.list'])
    const input = { companyId: company.companyId }
    expect(sessions.list.queryKey(input)).toEqual(['viva', 'sessions.list', input])
    expect(sessions.list.queryOptions(input).queryKey).toEqual(sessions.list.queryKey(input))
    expect(sessions.list.infiniteQueryOptions(input).queryKey.slice(0, 3)).toEqual(
      sessions.list.queryKey(input),
    )
    expect(sessions.invite.mutationKey()).toEqual(['viva', 'sessions.invite'])
    expect(createVivaQueries(viva)).toBe(createVivaQueries(viva))
    expect(createVivaQueries(viva)).not.toBe(createVivaQueries(quickViva({ url: app.url })))
  })

  test('is typed by its input, and a stream is none', () => {
    const { sessions, ai } = createVivaQueries(quickViva({ url: app.url }))
    // @ts-expect-error a list is not read without its company
    sessions.list.queryOptions({})
    // @ts-expect-error nor without any input
    sessions.list.queryOptions()
    // @ts-expect-error one session has no pages
    void sessions.get.infiniteQueryOptions
    // @ts-expect-error a change is no query
    void sessions.invite.queryOptions
    // @ts-expect-error `useEvents` and `useMonitor` follow streams
    void sessions.monitor
    // @ts-expect-error the words of a run come by `useNextQuestion`
    void ai.stream
    expect(sessions.list.queryKey()).toHaveLength(2)
  })

  test('is known to the cache by the type of its data', async () => {
    const { viva } = await member()
    const queries = createVivaQueries(viva)
    const client = new QueryClient()
    const me = await client.ensureQueryData(queries.auth.me.queryOptions())
    const cached = client.getQueryData(queries.auth.me.queryKey())
    expectTypeOf(cached).toEqualTypeOf<Me | undefined>()
    expect(cached).toBe(me)
  })

  test('suspends where that is wanted', async () => {
    const { viva } = await member()
    const { result } = show(viva, () => useSuspenseQuery(useVivaQueries().auth.me.queryOptions()).data.name)
    await waitFor(() => expect(result.current).toBe('Ada'))
  })

  test('with skipToken waits for its input', async () => {
    const { viva, count } = await member()
    const { result } = show(viva, () => {
      const [companyId, setCompanyId] = useState<string | null>(null)
      const input = companyId === null ? skipToken : { companyId }
      return { ...useQuery(useVivaQueries().companies.get.queryOptions(input)), setCompanyId }
    })
    expect(result.current.fetchStatus).toBe('idle')
    expect(count('companies.get')).toBe(0)
    act(() => result.current.setCompanyId(company.companyId))
    await waitFor(() => expect(result.current.data?.name).toBe('Acme'))
  })

  test('that nobody needs any more is given up', async () => {
    const signals: (AbortSignal | null | undefined)[] = []
    const { viva } = await member((url, init, next) => {
      if (!url.includes('companies.get')) return next(url, init)
      signals.push(init.signal)
      return new Promise((_resolve, reject) => {
        init.signal?.addEventListener('abort', () => reject(init.signal?.reason))
      })
    })
    const { companyId } = company
    const { unmount } = show(viva, () => useQuery(useVivaQueries().companies.get.queryOptions({ companyId })))
    await waitFor(() => expect(signals.at(-1)?.aborted).toBe(false))
    unmount()
    await waitFor(() => expect(signals.every((signal) => signal?.aborted)).toBe(true))
  })
})

describe('a query that fails', () => {
  test('for a while is made again, not before the server wants it', async () => {
    const calls: number[] = []
    const { viva } = await member((url, init, next) => {
      if (!url.includes('companies.get')) return next(url, init)
      calls.push(Date.now())
      return calls.length === 1
        ? Promise.resolve(refusal('OVERLOADED', { retryAfterSeconds: 1 }))
        : next(url, init)
    })
    const { companyId } = company
    const { result } = show(viva, () => useQuery(useVivaQueries().companies.get.queryOptions({ companyId })))
    await waitFor(() => expect(result.current.failureReason?.code).toBe('OVERLOADED'))
    await waitFor(() => expect(result.current.data?.name).toBe('Acme'))
    const [first = 0, second = 0] = calls
    // Timers may fire a little early.
    expect(second - first).toBeGreaterThanOrEqual(990)
  })

  test('for good is not made again, and says why by its code', async () => {
    const { viva, count } = await member()
    const companyId = '00000000-0000-4000-8000-000000000000'
    const { result } = show(viva, () => useQuery(useVivaQueries().companies.get.queryOptions({ companyId })))
    await waitFor(() => expect(result.current.error?.code).toBe('NOT_FOUND'))
    expect(count('companies.get')).toBe(1)
  })

  test('over and over is given up after three more tries', async () => {
    const client = new QueryClient()
    const { viva, count } = await member((url, init, next) =>
      url.includes('companies.get') ? Promise.reject(new TypeError('fetch failed')) : next(url, init),
    )
    const options = createVivaQueries(viva).companies.get.queryOptions({ companyId: company.companyId })
    const error: unknown = await client
      .fetchQuery({ ...options, retryDelay: 1 })
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'NETWORK' })
    expect(count('companies.get')).toBe(4)
  })
})

test('a list comes page by page', async () => {
  const { viva } = await member()
  const invited = [await company.invite(), await company.invite(), await company.invite()]
  const { companyId } = company
  const { result } = show(viva, () =>
    useInfiniteQuery(useVivaQueries().sessions.list.infiniteQueryOptions({ companyId, limit: 2 })),
  )
  await waitFor(() => expect(result.current.hasNextPage).toBe(true))
  expect(result.current.data?.pages.map(({ items }) => items.length)).toEqual([2])
  await act(() => result.current.fetchNextPage())
  await waitFor(() => expect(result.current.hasNextPage).toBe(false))
  const ids = result.current.data?.pages.flatMap(({ items }) => items.map(({ id }) => id))
  expect(ids?.toSorted()).toEqual(invited.map(({ sessionId }) => sessionId).toSorted())
  expectTypeOf(result.current.error).toEqualTypeOf<AnyVivaError | null>()
})

function useInvitations(companyId: string) {
  const queries = useVivaQueries()
  const list = useQuery(queries.sessions.list.queryOptions({ companyId }))
  const invite = useMutation({
    ...queries.sessions.invite.mutationOptions(),
    onSuccess: (_invitation, _input, _result, { client }) =>
      client.invalidateQueries({ queryKey: queries.sessions.list.queryKey() }),
  })
  return { list, invite }
}

describe('a mutation', () => {
  test('changes something, and the lists that show it are read again by the name of their procedure', async () => {
    const { viva } = await member()
    const { companyId, interview } = company
    const { result } = show(viva, () => useInvitations(companyId))
    await waitFor(() => expect(result.current.list.isSuccess).toBe(true))
    const before = result.current.list.data?.items.length ?? 0
    const input = { companyId, interviewId: interview.id, idempotencyKey: newKey() }
    const invitation = await act(() => result.current.invite.mutateAsync(input))
    expect(invitation.token).not.toBe('')
    await waitFor(() => expect(result.current.list.data?.items).toHaveLength(before + 1))
  })

  test('that fails says why by its code, and is not made again by itself', async () => {
    const { viva, count } = await member((url, init, next) =>
      url.includes('sessions.invite') ? Promise.reject(new TypeError('fetch failed')) : next(url, init),
    )
    const { companyId, interview } = company
    const { result } = show(viva, () => useInvitations(companyId))
    act(() =>
      result.current.invite.mutate({ companyId, interviewId: interview.id, idempotencyKey: newKey() }),
    )
    await waitFor(() => expect(result.current.invite.error?.code).toBe('NETWORK'))
    expectTypeOf(result.current.invite.error).toEqualTypeOf<AnyVivaError | null>()
    expect(count('sessions.invite')).toBe(1)
  })
})
