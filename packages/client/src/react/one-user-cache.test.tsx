import '../testing/dom.ts'
import { onlineManager, QueryClient, QueryClientProvider, useMutation, useQuery } from '@tanstack/react-query'
import { act, render, waitFor } from '@testing-library/react'
import { startTestApp, type TestApp } from '@viva/api/testing'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { newKey } from '../index.ts'
import { keepReactQuiet, show, stageOf } from '../testing/react-stage.tsx'
import { recordingFetch } from '../testing/recording-fetch.ts'
import { type Company, newCompany, quickViva, signedUp } from '../testing/stage.ts'
import { createVivaQueries, useVivaQueries, VivaProvider } from './index.ts'

let app: TestApp
let company: Company
let other: Company
beforeAll(async () => {
  app = await startTestApp()
  company = await newCompany(app)
  other = await newCompany(app)
})
afterAll(async () => {
  company?.viva.close()
  other?.viva.close()
  await app?.close()
})
afterEach(() => onlineManager.setOnline(true))
keepReactQuiet()

const useMe = () => useQuery(useVivaQueries().auth.me.queryOptions())
const MyId = () => <p>{useMe().data?.id}</p>

test('what a user has read is gone when they sign out, on screen and off', async () => {
  const viva = quickViva({ url: app.url })
  await viva.logIn(company.account)
  const queryClient = new QueryClient()
  const queries = createVivaQueries(viva)
  const members = queries.companies.members.queryOptions({ companyId: company.companyId })
  await queryClient.prefetchQuery(members)
  const { result } = show(viva, useMe, queryClient)
  await waitFor(() => expect(result.current.data?.id).toBe(viva.user?.id))
  await act(() => viva.logOut())
  expect(queryClient.getQueryData(members.queryKey)).toBeUndefined()
  expect(queryClient.getQueryData(queries.auth.me.queryKey())).toBeUndefined()
  await waitFor(() => expect(result.current.error?.code).toBe('UNAUTHENTICATED'))
  expect(result.current.data).toBeUndefined()
})

test('another user sees their own data, and what was refused to nobody is asked for again', async () => {
  const viva = quickViva({ url: app.url })
  const { result } = show(viva, useMe)
  await waitFor(() => expect(result.current.error?.code).toBe('UNAUTHENTICATED'))
  const first = await act(() => viva.logIn(company.account))
  await waitFor(() => expect(result.current.data?.id).toBe(first.id))
  // Without signing out before.
  const second = await act(() => viva.logIn(other.account))
  await waitFor(() => expect(result.current.data?.id).toBe(second.id))
})

test('an answer for one user that comes after another has signed in is not kept', async () => {
  let answer: (() => void) | null = null
  const { fetch } = recordingFetch(async (url, init, next) => {
    const response = await next(url, { ...init, signal: null })
    if (url.includes('auth.me') && answer === null) {
      await new Promise<void>((resolve) => {
        answer = resolve
      })
    }
    return response
  })
  const viva = quickViva({ url: app.url, fetch })
  await viva.logIn(company.account)
  const { result } = show(viva, useMe)
  await waitFor(() => expect(answer).not.toBeNull())
  const user = await act(() => viva.logIn(other.account))
  const ids = new Set<string | undefined>()
  await act(async () => answer?.())
  await waitFor(() => {
    ids.add(result.current.data?.id)
    expect(result.current.data?.id).toBe(user.id)
  })
  expect([...ids].filter((id) => id !== undefined)).toEqual([user.id])
})

test('a change that waits for the network is not made in the name of the next user', async () => {
  const { fetch, count } = recordingFetch()
  const viva = quickViva({ url: app.url, fetch })
  await viva.logIn(company.account)
  const { result } = show(viva, () => useMutation(useVivaQueries().companies.create.mutationOptions()))
  act(() => onlineManager.setOnline(false))
  act(() => result.current.mutate({ name: 'Mine', idempotencyKey: newKey() }))
  await waitFor(() => expect(result.current.isPaused).toBe(true))
  await act(() => viva.logIn(other.account))
  await act(async () => onlineManager.setOnline(true))
  await act(() => viva.api.auth.me.query())
  expect(count('companies.create')).toBe(0)
})

test('a reload asks for everything once', async () => {
  const storage = new Map<string, string>()
  const kept = {
    getItem: (key: string) => storage.get(key) ?? null,
    setItem: (key: string, value: string) => void storage.set(key, value),
    removeItem: (key: string) => void storage.delete(key),
  }
  const user = await signedUp(quickViva({ url: app.url, storage: kept }))
  const { fetch, count } = recordingFetch()
  const viva = quickViva({ url: app.url, storage: kept, fetch })
  const { result } = show(viva, useMe)
  await waitFor(() => expect(result.current.data?.id).toBe(user.id))
  expect(count('auth.me')).toBe(1)
})

test('two clients share no cache at a time, and the next one finds it empty', async () => {
  const queryClient = new QueryClient()
  const [first, second] = [quickViva({ url: app.url }), quickViva({ url: app.url })]
  await first.logIn(company.account)
  await second.logIn(other.account)
  const { result, unmount } = show(first, useMe, queryClient)
  await waitFor(() => expect(result.current.data?.id).toBe(first.user?.id))
  // React shows what no boundary caught; here that is the test.
  const onError = (event: Event) => event.preventDefault()
  window.addEventListener('error', onError)
  const Second = stageOf(second, queryClient)
  expect(() => render(<Second>never shown</Second>)).toThrow('Give each Viva a QueryClient of its own')
  window.removeEventListener('error', onError)
  unmount()
  const again = show(second, useMe, queryClient)
  await waitFor(() => expect(again.result.current.data?.id).toBe(second.user?.id))
})

test('without a client of its own the provider takes care of the one around it', async () => {
  const viva = quickViva({ url: app.url })
  await viva.logIn(company.account)
  const queryClient = new QueryClient()
  const Outer = stageOf(quickViva({ url: app.url }), new QueryClient())
  const { container } = render(
    <Outer>
      <QueryClientProvider client={queryClient}>
        <VivaProvider viva={viva}>
          <MyId />
        </VivaProvider>
      </QueryClientProvider>
    </Outer>,
  )
  await waitFor(() => expect(container.textContent).toBe(viva.user?.id))
  await act(() => viva.logOut())
  await waitFor(() => expect(container.textContent).toBe(''))
})
