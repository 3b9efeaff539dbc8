import { createHash } from 'node:crypto'
import type { MediaKind, UploadTicket } from '@viva/api/contract'
import {
  candidateOf,
  errorOf,
  memberOf,
  startTestApp,
  type TestApp,
  type TestCandidate,
} from '@viva/api/testing'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createS3Storage, type S3Storage } from '../../src/adapters/storage-s3.ts'
import { png, webm } from '../media/media-app.ts'
import { type FakeS3, startFakeS3 } from './fake-s3.ts'

let s3: FakeS3
let storage: S3Storage
let app: TestApp
let candidate: TestCandidate
beforeAll(async () => {
  s3 = await startFakeS3()
  storage = createS3Storage(s3.settings)
  app = await startTestApp({ overrides: { storage } })
})
beforeEach(async () => {
  s3.objects.clear()
  candidate = await candidateOf(app)
})
afterAll(async () => {
  await app.close()
  storage.close()
  await s3[Symbol.asyncDispose]()
})

let keys = 0
function announce(
  bytes: number,
  kind: MediaKind = 'video',
  contentType = 'video/webm',
): Promise<UploadTicket> {
  const idempotencyKey = `presigned-test-${String(keys++).padStart(6, '0')}`
  const { sessionId } = candidate
  return candidate.session.media.createUpload.mutate({ sessionId, kind, contentType, bytes, idempotencyKey })
}
const put = async ({ url, method, headers }: UploadTicket, body: Uint8Array) =>
  (await fetch(url, { method, headers, body: new Uint8Array(body) })).status
const complete = ({ mediaId }: UploadTicket, by = candidate) =>
  by.session.media.completeUpload.mutate({ sessionId: candidate.sessionId, mediaId })
const eventsOf = () => app.db.sql`
  select type, payload from session_events where session_id = ${candidate.sessionId} order by seq`

test('a browser sends the bytes to the store, the server hashes what arrived, a reviewer fetches it there', async () => {
  const bytes = webm(100_000)
  const ticket = await announce(bytes.length)
  expect(ticket).toMatchObject({ method: 'PUT', completeAfterwards: true })
  expect(new URL(ticket.url).origin).toBe(s3.settings.endpoint)
  expect(await put(ticket, bytes)).toBe(200)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const stored = await complete(ticket)
  expect(stored).toMatchObject({ id: ticket.mediaId, status: 'stored', sha256 })
  expect(await complete(ticket)).toEqual(stored)
  expect(await eventsOf()).toMatchObject([{ type: 'media.stored', payload: { sha256 } }])

  const { companyId, sessionId } = candidate
  const reviewer = await memberOf(app, { companyId, role: 'reviewer' })
  const { url } = await reviewer.api.media.link.mutate({ companyId, sessionId, mediaId: ticket.mediaId })
  const answer = await fetch(url, { headers: { range: 'bytes=5-9' } })
  expect(answer.status).toBe(206)
  expect(Buffer.from(await answer.arrayBuffer()).equals(bytes.subarray(5, 10))).toBe(true)
})

test('an address that is used again after the upload is complete changes nothing that the log vouches for', async () => {
  const bytes = webm(5000)
  const ticket = await announce(bytes.length)
  await put(ticket, bytes)
  await complete(ticket)
  expect([...s3.objects.values()].map(({ body }) => body.equals(bytes))).toEqual([true])
  expect(await put(ticket, webm(5000))).toBe(200)
  await complete(ticket)
  const [row] = await app.db.sql<{ storage_key: string }[]>`
    select storage_key from media_objects where id = ${ticket.mediaId}`
  expect(s3.objects.get(row?.storage_key ?? '')?.body.equals(bytes)).toBe(true)
  expect(await eventsOf()).toHaveLength(1)
})

test('an upload that never arrived is not complete, and can still be sent', async () => {
  const ticket = await announce(5000)
  const refused = await errorOf(complete(ticket), 'UPLOAD_INCOMPLETE')
  expect(refused.details).toEqual({ expectedBytes: 5000, receivedBytes: 0 })
  expect(await put(ticket, webm(5000))).toBe(200)
  expect(await complete(ticket)).toMatchObject({ status: 'stored' })
})

test('bytes of another type are refused for good, and removed from the store', async () => {
  const bytes = png()
  const ticket = await announce(bytes.length)
  await put(ticket, bytes)
  const refused = await errorOf(complete(ticket), 'MEDIA_TYPE_MISMATCH')
  expect(refused.details).toEqual({ declared: 'video/webm', detected: 'image/png' })
  expect(s3.objects.size).toBe(0)
  expect(await eventsOf()).toMatchObject([{ type: 'media.rejected' }])
  await put(ticket, bytes)
  await errorOf(complete(ticket), 'CONFLICT')
  expect(await eventsOf()).toHaveLength(1)
})

test('two calls to complete one upload record it once', async () => {
  const bytes = webm(50_000)
  const ticket = await announce(bytes.length)
  await put(ticket, bytes)
  const results = await Promise.allSettled([complete(ticket), complete(ticket), complete(ticket)])
  expect(results.some(({ status }) => status === 'fulfilled')).toBe(true)
  expect(await eventsOf()).toHaveLength(1)
  expect(await complete(ticket)).toMatchObject({ status: 'stored' })
  expect(s3.objects.size).toBe(1)
})

test('nobody completes the upload of another session', async () => {
  const ticket = await announce(5000)
  await put(ticket, webm(5000))
  const other = await candidateOf(app)
  await errorOf(complete(ticket, other), 'FORBIDDEN')
  const { mediaId } = ticket
  await errorOf(
    other.session.media.completeUpload.mutate({ sessionId: other.sessionId, mediaId }),
    'NOT_FOUND',
  )
  expect(await eventsOf()).toEqual([])
})

test('bytes put in time can be taken until an hour after the end of the session, and never later', async () => {
  const [timely, late] = [await announce(5000), await announce(5000)]
  for (const ticket of [timely, late]) expect(await put(ticket, webm(5000))).toBe(200)
  const { sessionId } = candidate
  await candidate.session.sessions.finalize.mutate({ sessionId, idempotencyKey: 'finished-by-the-candidate' })
  const stored = await complete(timely)
  expect(stored).toMatchObject({ status: 'stored' })
  await app.db.sql`
    update sessions set closed_at = closed_at - interval '61 minutes' where id = ${sessionId}`
  const refused = await errorOf(complete(late), 'INVALID_STATE')
  expect(refused.details).toEqual({ state: 'completed', allowed: [] })
  expect((await eventsOf()).filter(({ type }) => type === 'media.stored')).toHaveLength(1)
  // A lost answer is still given.
  expect(await complete(timely)).toEqual(stored)
})

test('bytes of a sensor that was declined after the announcement are not kept, in the store neither', async () => {
  const ticket = await announce(5000)
  await put(ticket, webm(5000))
  await app.db.sql`update sessions set consents = '{"camera": false}' where id = ${candidate.sessionId}`
  const refused = await errorOf(complete(ticket), 'CONSENT_REQUIRED')
  expect(refused.details).toEqual({ sensor: 'camera' })
  expect(s3.objects.size).toBe(0)
  expect(await eventsOf()).toEqual([])
})
