import '../testing/dom.ts'
import { act, render, screen, waitFor } from '@testing-library/react'
import { startTestApp, type TestApp } from '@viva/api/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { memoryStorage } from '../index.ts'
import { keepReactQuiet, show, stageOf } from '../testing/react-stage.tsx'
import { cookieFetch, recordingFetch } from '../testing/recording-fetch.ts'
import { quickViva, signedUp } from '../testing/stage.ts'
import { useUser, useViva } from './index.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app?.close())
keepReactQuiet()

function Name() {
  const account = useUser()
  return <p>{account.status === 'signed-in' ? account.user.name : account.status}</p>
}

function Lost() {
  useViva()
  return null
}

test('every sign-in and sign-out shows at once', async () => {
  const viva = quickViva({ url: app.url })
  const { result } = show(viva, useUser)
  expect(result.current).toEqual({ status: 'loading' })
  await waitFor(() => expect(result.current).toEqual({ status: 'signed-out' }))
  const user = await act(() => signedUp(viva))
  expect(result.current).toEqual({ status: 'signed-in', user })
  await act(() => viva.logOut())
  expect(result.current).toEqual({ status: 'signed-out' })
})

test('who was signed in before a reload is found with one call, for however many components', async () => {
  const jar = cookieFetch()
  const storage = memoryStorage()
  const before = quickViva({ url: app.url, fetch: jar.fetch, refreshTransport: 'cookie', storage })
  await signedUp(before)
  before.close()
  // As in a browser that forgot all but its cookies.
  const viva = quickViva({ url: app.url, fetch: jar.fetch, refreshTransport: 'cookie' })
  const Stage = stageOf(viva)
  render(
    <Stage>
      <Name />
      <Name />
    </Stage>,
  )
  expect(screen.getAllByText('loading')).toHaveLength(2)
  expect(await screen.findAllByText('Ada')).toHaveLength(2)
  expect(jar.count('auth.refresh')).toBe(1)
})

test('a server that cannot be reached is not a user who is signed out, and is asked again on demand', async () => {
  let isDown = true
  const { fetch } = recordingFetch((url, init, next) =>
    isDown ? Promise.reject(new TypeError('fetch failed')) : next(url, init),
  )
  const viva = quickViva({ url: app.url, fetch, refreshTransport: 'cookie' })
  const { result } = show(viva, useUser)
  await waitFor(() => expect(result.current.status).toBe('unreachable'))
  if (result.current.status !== 'unreachable') throw new Error('it is reachable')
  expect(result.current.error.code).toBe('NETWORK')
  const { retry } = result.current
  isDown = false
  act(retry)
  expect(result.current).toEqual({ status: 'loading' })
  await waitFor(() => expect(result.current).toEqual({ status: 'signed-out' }))
})

test('a hook outside of the provider says what is missing', () => {
  // React shows what no boundary caught; here that is the test.
  const onError = (event: Event) => event.preventDefault()
  window.addEventListener('error', onError)
  expect(() => render(<Lost />)).toThrow('Put a <VivaProvider> around the components that use Viva.')
  window.removeEventListener('error', onError)
})
