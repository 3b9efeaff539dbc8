import { createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { AppError } from '../../core/errors.ts'
import { type InspectedBody, inspectBody } from './inspect-body.ts'

const webm = (bytes: number) =>
  Buffer.concat([
    Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282847765626d42878104428581', 'hex'),
    randomBytes(bytes),
  ]).subarray(0, bytes)
async function* chunks(...parts: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts
}
/** What a storage that takes every byte at once would hold when the body ends or fails. */
async function drain(body: InspectedBody): Promise<{ bytes: Buffer; error: unknown }> {
  const parts: Uint8Array[] = []
  try {
    for await (const chunk of body.chunks) parts.push(chunk)
    return { bytes: Buffer.concat(parts), error: null }
  } catch (error) {
    return { bytes: Buffer.concat(parts), error }
  }
}
const announced = (bytes: number) => ({ bytes, contentType: 'video/webm' })

test('however a body is cut, it comes out whole and with its hash', async () => {
  const whole = webm(9000)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(9000)), async (cuts) => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), whole.length]
      const parts = places.slice(1).map((end, index) => whole.subarray(places[index], end))
      const body = inspectBody(chunks(...parts), announced(9000))
      const { bytes, error } = await drain(body)
      expect(error).toBeNull()
      expect(bytes.equals(whole)).toBe(true)
      expect(Buffer.from(body.sha256())).toEqual(createHash('sha256').update(whole).digest())
    }),
  )
})

test.each([
  ['too long by a byte', [webm(9000), Buffer.alloc(1)]],
  ['too short by a byte', [webm(8999)]],
  ['of another type', [Buffer.alloc(9000)]],
])('a body %s fails before its last byte is given away', async (_, parts) => {
  const body = inspectBody(chunks(...parts), announced(9000))
  const { bytes, error } = await drain(body)
  expect(bytes.length).toBeLessThan(9000)
  expect(error).toBeInstanceOf(AppError)
  expect(body.failure()).toBe(error)
  expect(() => body.sha256()).toThrow()
})

test('a short body that looks like something else has broken off, and is no lie', async () => {
  const { error } = await drain(inspectBody(chunks(webm(3)), announced(9000)))
  expect(error).toMatchObject({ code: 'UPLOAD_INCOMPLETE', details: { receivedBytes: 3 } })
})

test('a source that breaks off says so, and keeps why for the log', async () => {
  const gone = new Error('aborted')
  async function* breaking(): AsyncGenerator<Uint8Array> {
    yield webm(5000)
    throw gone
  }
  const { error } = await drain(inspectBody(breaking(), announced(9000)))
  expect(error).toMatchObject({ code: 'UPLOAD_INCOMPLETE', details: { receivedBytes: 5000 }, cause: gone })
})

test('a source that falls silent is given up after half a minute', async () => {
  vi.useFakeTimers()
  try {
    async function* silent(): AsyncGenerator<Uint8Array> {
      yield webm(5000)
      await new Promise(() => undefined)
    }
    const drained = drain(inspectBody(silent(), announced(9000)))
    await vi.advanceTimersByTimeAsync(29_000)
    const state = await Promise.race([drained, Promise.resolve('waiting')])
    expect(state).toBe('waiting')
    await vi.advanceTimersByTimeAsync(2000)
    expect((await drained).error).toMatchObject({ code: 'UPLOAD_INCOMPLETE' })
  } finally {
    vi.useRealTimers()
  }
})

test('a source that is not read to its end is closed', async () => {
  let closed = false
  async function* open(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield webm(5000)
    } finally {
      closed = true
    }
  }
  await drain(inspectBody(open(), announced(9000)))
  await expect.poll(() => closed).toBe(true)
})
