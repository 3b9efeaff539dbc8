import { Buffer } from 'node:buffer'
import { authorizeUpload, storeUpload } from '@viva/api'
import { startTestApp, type TestApp } from '@viva/api/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isVivaError, type SessionHandle } from './index.ts'
import { recordingFetch } from './testing/recording-fetch.ts'
import { type Company, newCompany, quickViva, sitDown } from './testing/stage.ts'

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

/** The smallest PNG, and as much behind it as is wanted. */
function png(bytes: number): Uint8Array<ArrayBuffer> {
  const file = new Uint8Array(bytes)
  file.set(
    Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    ),
  )
  return file
}

/** Takes bytes as the server's route for uploads does, which the API itself does not have. @param failures how many are lost first */
function withUploads(failures = 0) {
  let left = failures
  return recordingFetch(async (url, init, next) => {
    const { pathname } = new URL(url)
    if (!pathname.startsWith('/media/')) return next(url, init)
    const request = new Request(url, { ...init, body: init.body ?? null })
    const body = new Uint8Array(await request.arrayBuffer())
    if (left > 0) {
      left -= 1
      throw new TypeError('fetch failed')
    }
    const mediaId = pathname.slice('/media/'.length)
    const token = request.headers.get('authorization')?.replace('Bearer ', '')
    try {
      const ctx = await authorizeUpload({ ctx: app.ctx, input: { mediaId, token } })
      const contentType = request.headers.get('content-type') ?? undefined
      const input = { mediaId, contentType, contentLength: body.length, body: oneChunk(body) }
      return Response.json(await storeUpload({ ctx, input }))
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && 'details' in error)) throw error
      const { code, message, details } = error
      return Response.json({ code, message, requestId: 'r1', details }, { status: 415 })
    }
  })
}

async function* oneChunk(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body
}

async function seat(failures = 0): Promise<{ session: SessionHandle; count: (path: string) => number }> {
  const { fetch, count } = withUploads(failures)
  const viva = quickViva({ url: app.url, fetch })
  return { session: await sitDown(viva, company), count }
}

describe('an upload', () => {
  const file = png(300_000)
  const bodies = {
    'a Blob': new Blob([file], { type: 'image/png' }),
    bytes: file,
    'a Buffer': Buffer.from(file),
    'a stream': new Blob([file]).stream(),
  }
  for (const [name, body] of Object.entries(bodies)) {
    test(`of ${name} arrives whole, and tells its progress`, async () => {
      const { session } = await seat()
      const sent: number[] = []
      const stored = await session.upload('image', body, {
        contentType: 'image/png',
        bytes: file.length,
        onProgress: ({ sentBytes, totalBytes }) => sent.push(sentBytes / totalBytes),
      })
      expect(stored).toMatchObject({ status: 'stored', bytes: file.length, contentType: 'image/png' })
      const hash = Buffer.from(await crypto.subtle.digest('SHA-256', file)).toString('hex')
      expect(stored.sha256).toBe(hash)
      expect(sent.at(-1)).toBe(1)
      session.close()
    })
  }

  test('belongs to the question that it names', async () => {
    const { session } = await seat()
    const question = await session.nextQuestion()
    const stored = await session.upload('image', png(1000), {
      contentType: 'image/png',
      questionId: question?.id,
    })
    expect(stored.questionId).toBe(question?.id)
    session.close()
  })

  test('is tried again after a broken connection, and is one upload', async () => {
    const { session, count } = await seat(2)
    const stored = await session.upload('image', png(1000), { contentType: 'image/png' })
    expect(stored.status).toBe('stored')
    expect(count('media.createUpload')).toBe(3)
    const rows = await app.db.sql`select status from media_objects where session_id = ${session.id}`
    expect(rows.map(({ status }) => status)).toEqual(['stored'])
    session.close()
  })

  test('of something else than it says rejects with the type that was found', async () => {
    const { session } = await seat()
    const error: unknown = await session
      .upload('image', new Blob([png(1000)], { type: 'image/jpeg' }))
      .catch((reason: unknown) => reason)
    expect(isVivaError(error, 'MEDIA_TYPE_MISMATCH') && error.details.detected).toBe('image/png')
    session.close()
  })

  test('of a sensor that the candidate declined is refused, and names it', async () => {
    const { session } = await seat()
    const error: unknown = await session
      .upload('video', new Blob([png(1000)], { type: 'video/webm' }))
      .catch((reason: unknown) => reason)
    expect(isVivaError(error, 'CONSENT_REQUIRED') && error.details.sensor).toBe('camera')
    session.close()
  })

  test('of a stream without its size, and of too much, is refused', async () => {
    const { session } = await seat()
    const unsized: unknown = await session
      .upload('image', new Blob([png(1000)]).stream(), { contentType: 'image/png' })
      .catch((reason: unknown) => reason)
    expect(isVivaError(unsized, 'INVALID_INPUT')).toBe(true)
    const large: unknown = await session
      .upload('image', new Blob([new Uint8Array(10_000_001)], { type: 'image/png' }))
      .catch((reason: unknown) => reason)
    expect(isVivaError(large, 'PAYLOAD_TOO_LARGE') && large.details.maxBytes).toBe(10_000_000)
    session.close()
  })
})
