import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createS3Storage, type S3Storage } from '../../src/adapters/storage-s3.ts'
import { type FakeS3, startFakeS3 } from './fake-s3.ts'

let s3: FakeS3
let storage: S3Storage
beforeAll(async () => {
  s3 = await startFakeS3()
  storage = createS3Storage(s3.settings)
})
beforeEach(() => s3.objects.clear())
afterAll(async () => {
  storage.close()
  await s3[Symbol.asyncDispose]()
})

const contentType = 'video/webm;codecs=vp9'
const key = '0190/0191/0192/0193'
async function* chunks(...parts: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part)
}
const read = async (range?: { start: number; end: number }) =>
  (await buffer(await storage.read(key, range))).toString()

test('what was written is read back, whole and in parts', async () => {
  await storage.write(key, chunks('hello ', 'world'), { bytes: 11, contentType })
  expect(s3.objects.get(key)).toEqual({ body: Buffer.from('hello world'), contentType })
  expect(await read()).toBe('hello world')
  expect(await read({ start: 4, end: 6 })).toBe('o w')
  expect(await storage.size(key)).toBe(11)
  await storage.delete(key)
  await storage.delete(key)
  expect(await storage.size(key)).toBeNull()
  await expect(storage.read(key)).rejects.toThrow('NoSuchKey')
})

test('a large object goes as it comes, in one request', async () => {
  const part = Buffer.alloc(64 * 1024, 7)
  const parts = Array.from({ length: 80 }, () => part)
  const before = s3.requests.length
  await storage.write(key, chunks(...parts), { bytes: 80 * part.length, contentType })
  expect(s3.objects.get(key)?.body.length).toBe(80 * part.length)
  expect(s3.requests.slice(before)).toEqual([`PUT /recordings/${key}`])
})

test.each([
  ['at once', 0],
  ['in the middle', 100_000],
])('a source that fails %s stores nothing, and says why', async (_, sent) => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    if (sent > 0) yield Buffer.alloc(sent)
    throw new Error('gone')
  }
  await expect(storage.write(key, failing(), { bytes: 200_000, contentType })).rejects.toThrow('gone')
  expect(s3.objects.size).toBe(0)
})

test.each(['../x', 'a//b', '/a', '.a', 'a b'])(
  'the key %j is refused before anything is sent',
  async (bad) => {
    const before = s3.requests.length
    await expect(storage.write(bad, chunks('x'), { bytes: 1, contentType })).rejects.toThrow('not a key')
    await expect(storage.read(bad)).rejects.toThrow('not a key')
    await expect(storage.size(bad)).rejects.toThrow('not a key')
    await expect(storage.delete(bad)).rejects.toThrow('not a key')
    expect(s3.requests.length).toBe(before)
  },
)

describe('a presigned upload', () => {
  const presign = async (expiresInSeconds = 60) => {
    const ticket = await storage.presignPut(key, { bytes: 5, contentType, expiresInSeconds })
    if (!ticket) throw new Error('S3 presigns')
    return ticket
  }
  const put = async (url: string, headers: Record<string, string>, body: string, method = 'PUT') =>
    (await fetch(url, { method, headers, body })).status

  test('takes exactly what was announced', async () => {
    const { url, headers } = await presign()
    expect(new URL(url).searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host')
    expect(await put(url, headers, 'hello')).toBe(200)
    expect(s3.objects.get(key)).toEqual({ body: Buffer.from('hello'), contentType })
  })

  test('refuses another size, another type, another key, and a late start', async () => {
    const { url, headers } = await presign()
    expect(await put(url, headers, 'hello!')).toBe(403)
    expect(await put(url, { 'content-type': 'text/html' }, 'hello')).toBe(403)
    expect(await put(url.replace(key, '0190/other'), headers, 'hello')).toBe(403)
    expect(await put(url, headers, 'hello', 'POST')).toBe(403)
    const late = await presign(0)
    expect(await put(late.url, late.headers, 'hello')).toBe(403)
    expect(s3.objects.size).toBe(0)
  })
})

test('a presigned download answers ranges and is for saving, not for showing', async () => {
  await storage.write(key, chunks('hello world'), { bytes: 11, contentType })
  const url = await storage.presignGet(key, { contentType: 'video/webm', expiresInSeconds: 60 })
  if (!url) throw new Error('S3 presigns')
  const answer = await fetch(url, { headers: { range: 'bytes=6-10' } })
  expect(answer.status).toBe(206)
  expect(await answer.text()).toBe('world')
  expect(answer.headers.get('content-type')).toBe('video/webm')
  expect(answer.headers.get('content-disposition')).toBe('attachment')
  expect((await fetch(url.replace(key, '0190/other'))).status).toBe(403)
})
