import '../testing/dom.ts'
import { act, waitFor } from '@testing-library/react'
import { createScriptedProvider, startWorkers, type Workers } from '@viva/api'
import { startTestApp, type TestApp } from '@viva/api/testing'
import { useEffect } from 'react'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keepReactQuiet, show } from '../testing/react-stage.tsx'
import { recordingFetch } from '../testing/recording-fetch.ts'
import { type Company, newCompany, quickViva, sitDown } from '../testing/stage.ts'
import { useNextQuestion, useSession } from './index.ts'

let app: TestApp
let fixed: Company
let written: Company
let workers: Workers | null = null
beforeAll(async () => {
  app = await startTestApp({ overrides: { ai: [createScriptedProvider({ wordDelayMs: 30 })] } })
  fixed = await newCompany(app)
  written = await newCompany(app, {
    questions: [{ id: 'queues', kind: 'ai', topic: 'message queues', difficulty: 'medium' }],
  })
})
afterAll(async () => {
  await workers?.stop()
  fixed?.viva.close()
  written?.viva.close()
  await app?.close()
})
keepReactQuiet()

const useSessionQuestion = (sessionId: string) => useNextQuestion(useSession(sessionId))

test('questions come one after the other until the plan is through', async () => {
  const viva = quickViva({ url: app.url })
  const session = await sitDown(viva, fixed)
  const { result } = show(viva, () => useSessionQuestion(session.id))
  expect(result.current).toMatchObject({ status: 'idle', text: '', question: null, error: null })
  for (const planId of ['system', 'outage']) {
    act(result.current.next)
    expect(result.current.status).toBe('waiting')
    await waitFor(() => expect(result.current.question?.planId).toBe(planId))
    expect(result.current).toMatchObject({ status: 'asked', text: result.current.question?.text })
    await act(() => session.answer({ questionId: result.current.question?.id ?? '', text: 'Because.' }))
  }
  act(result.current.next)
  await waitFor(() => expect(result.current.status).toBe('done'))
  expect(result.current.question).toBeNull()
  viva.close()
})

test('a question that the AI writes shows word by word, also where an effect asks for it', async () => {
  const { fetch, count } = recordingFetch()
  const viva = quickViva({ url: app.url, fetch })
  const session = await sitDown(viva, written)
  const texts = new Set<string>()
  const { result } = show(viva, () => {
    const question = useSessionQuestion(session.id)
    const { next } = question
    useEffect(next, [next])
    if (question.status === 'waiting') texts.add(question.text)
    return question
  })
  await waitFor(() => expect(session.connection).toBe('open'))
  // Asked by two buttons at once, it is one question.
  const asked = count('sessions.nextQuestion')
  act(result.current.next)
  act(result.current.next)
  workers = startWorkers(app.ctx)
  await waitFor(() => expect(result.current.status).toBe('asked'))
  expect(count('sessions.nextQuestion')).toBe(asked)
  expect(result.current.question?.planId).toBe('queues')
  const seen = [...texts]
  expect(seen[0]).toBe('')
  expect(seen.length).toBeGreaterThan(2)
  for (const text of seen) expect(result.current.text.startsWith(text)).toBe(true)
  viva.close()
})

test('a session that is over says so by the code of its error, and can be asked again', async () => {
  const viva = quickViva({ url: app.url })
  const session = await sitDown(viva, fixed)
  const { result } = show(viva, () => useSessionQuestion(session.id))
  await session.withdraw()
  act(result.current.next)
  await waitFor(() => expect(result.current.error?.code).toBe('INVALID_STATE'))
  expect(result.current).toMatchObject({ status: 'failed', question: null })
  act(result.current.next)
  expect(result.current).toMatchObject({ status: 'waiting', error: null })
  await waitFor(() => expect(result.current.status).toBe('failed'))
  viva.close()
})

test('what is under way ends with the last component that shows it, and the next one begins anew', async () => {
  const signals: (AbortSignal | null | undefined)[] = []
  const { fetch } = recordingFetch((url, init, next) => {
    if (!url.includes('sessions.nextQuestion') || signals.length > 0) return next(url, init)
    signals.push(init.signal)
    return new Promise((_resolve, reject) => {
      init.signal?.addEventListener('abort', () => reject(init.signal?.reason))
    })
  })
  const viva = quickViva({ url: app.url, fetch })
  const session = await sitDown(viva, fixed)
  const [one, two] = [
    show(viva, () => useSessionQuestion(session.id)),
    show(viva, () => useSessionQuestion(session.id)),
  ]
  act(one.result.current.next)
  expect(two.result.current.status).toBe('waiting')
  await waitFor(() => expect(signals).toHaveLength(1))
  one.unmount()
  expect(signals[0]?.aborted).toBe(false)
  two.unmount()
  await waitFor(() => expect(signals[0]?.aborted).toBe(true))
  const three = show(viva, () => useSessionQuestion(session.id))
  expect(three.result.current.status).toBe('idle')
  act(three.result.current.next)
  await waitFor(() => expect(three.result.current.status).toBe('asked'))
  viva.close()
})
