import { candidateOf } from '@viva/api/testing'
import { expect, onTestFinished, test } from 'vitest'
import { announce, startMediaApp, webm } from './media-app.ts'
import { answerTo, begin, put } from './sending.ts'

test('a session that sends many uploads slowly holds a few connections, and nobody else notices', async () => {
  await using media = await startMediaApp()
  const [slow, other] = [await candidateOf(media.app), await candidateOf(media.app)]
  const bytes = webm(10_000)
  const announced = await Promise.all(
    Array.from({ length: 9 }, () => announce(slow, { bytes: bytes.length })),
  )
  const [last, ...first] = announced
  if (!last) throw new Error('nothing was announced')
  const sending = first.map((ticket) => {
    const request = begin(media, ticket)
    request.write(bytes.subarray(0, 6000))
    return request
  })
  onTestFinished(() => {
    for (const request of sending) request.destroy()
  })
  await expect.poll(() => media.files()).toHaveLength(8)

  expect(await put(media, last, bytes)).toMatchObject({
    status: 429,
    body: { code: 'RATE_LIMITED', details: { retryAfterSeconds: expect.any(Number) } },
  })
  expect(await put(media, await announce(other, { bytes: bytes.length }), bytes)).toMatchObject({
    status: 200,
  })

  const answers = sending.map(answerTo)
  for (const request of sending) request.end(bytes.subarray(6000))
  for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ status: 200 })
  expect(await put(media, last, bytes)).toMatchObject({ status: 200 })
})
