import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { candidateOf, type TestCandidate } from '@viva/api/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { announce, type MediaApp, png, recordOf, startMediaApp, storedBytes, webm } from './media-app.ts'
import { answerTo, begin, put } from './sending.ts'

let media: MediaApp
let candidate: TestCandidate
beforeAll(async () => {
  media = await startMediaApp()
})
afterAll(() => media.close())
beforeEach(async () => {
  candidate = await candidateOf(media.app)
})

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe('an upload', () => {
  test('is stored whole, with its hash in the row and in the log', async () => {
    const bytes = webm(300_000)
    const ticket = await announce(candidate, { bytes: bytes.length })
    const { status, body } = await put(media, ticket, bytes)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      id: ticket.mediaId,
      sessionId: candidate.sessionId,
      status: 'stored',
      contentType: 'video/webm;codecs=vp9',
      bytes: bytes.length,
      sha256: sha256(bytes),
    })
    expect((await storedBytes(media, ticket.mediaId)).equals(bytes)).toBe(true)
    const { status: stored, events } = await recordOf(media, ticket.mediaId)
    expect(stored).toBe('stored')
    expect(events).toMatchObject([
      { type: 'media.stored', payload: { kind: 'video', bytes: bytes.length, sha256: sha256(bytes) } },
    ])
  })

  test('may come in pieces of any size', async () => {
    const bytes = webm(20_000)
    const ticket = await announce(candidate, { bytes: bytes.length })
    const pieces = [
      bytes.subarray(0, 1),
      bytes.subarray(1, 10),
      bytes.subarray(10, 4099),
      bytes.subarray(4099),
    ]
    const { status, body } = await put(media, ticket, Readable.from(pieces))
    expect({ status, sha256: body.sha256 }).toEqual({ status: 200, sha256: sha256(bytes) })
  })

  test('sent again with the same bytes gets the same answer, with others a conflict', async () => {
    const bytes = webm(5000)
    const ticket = await announce(candidate, { bytes: bytes.length })
    const first = await put(media, ticket, bytes)
    expect(await put(media, ticket, bytes)).toEqual(first)
    const before = await media.files()
    const other = await put(media, ticket, webm(5000))
    expect(other).toMatchObject({ status: 409, body: { code: 'CONFLICT', details: { reason: 'stored' } } })
    expect((await recordOf(media, ticket.mediaId)).events).toHaveLength(1)
    expect(await media.files()).toEqual(before)
    expect((await storedBytes(media, ticket.mediaId)).equals(bytes)).toBe(true)
  })

  test('that was announced in time is kept although the session closes meanwhile', async () => {
    const bytes = webm(5000)
    const ticket = await announce(candidate, { bytes: bytes.length })
    await media.app.db.sql`
      update sessions set state = 'completed', closed_at = now() where id = ${candidate.sessionId}`
    expect(await put(media, ticket, bytes)).toMatchObject({ status: 200 })
  })
})

describe('bytes that are not what was announced', () => {
  test.each([
    ['a picture as a video', 'video', 'video/webm', png()],
    [
      'an SVG with a script as a picture',
      'image',
      'image/png',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    ],
    ['a page as a picture', 'image', 'image/jpeg', Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['a page that is a GIF too', 'image', 'image/png', Buffer.from('GIF89a/*<svg/onload=alert(1)>*/=1;')],
    [
      'a program as a document',
      'document',
      'application/pdf',
      Buffer.concat([Buffer.from('MZ'), Buffer.alloc(5000)]),
    ],
    ['a page before a document', 'document', 'application/pdf', Buffer.from('<html>%PDF-1.7')],
    ['zeros as sound', 'audio', 'audio/webm', Buffer.alloc(9000)],
    ['text as sound', 'audio', 'audio/mpeg', Buffer.from('hello')],
  ] as const)('%s are refused for good, and the log says so', async (_, kind, contentType, bytes) => {
    const ticket = await announce(candidate, { kind, contentType, bytes: bytes.length })
    const before = await media.files()
    const refused = await put(media, ticket, bytes)
    expect(refused).toMatchObject({
      status: 415,
      body: { code: 'MEDIA_TYPE_MISMATCH', details: { declared: contentType } },
    })
    expect(await media.files()).toEqual(before)
    expect(await recordOf(media, ticket.mediaId)).toMatchObject({
      status: 'rejected',
      sha256: null,
      events: [{ type: 'media.rejected', payload: { reason: refused.body.message } }],
    })
    const again = await put(media, ticket, bytes)
    expect(again).toMatchObject({ status: 409, body: { details: { reason: 'rejected' } } })
    expect((await recordOf(media, ticket.mediaId)).events).toHaveLength(1)
  })

  test('are refused to the face of a sender who is still sending', async () => {
    const bytes = Buffer.concat([png(), Buffer.alloc(8_000_000)])
    const ticket = await announce(candidate, { bytes: bytes.length })
    expect(await put(media, ticket, bytes)).toMatchObject({ status: 415 })
  })
})

describe('the wrong number of bytes', () => {
  test.each([
    ['one too many', 5001],
    ['far too many', 900_000],
    ['one too few', 4999],
    ['none', 0],
  ])('%s: nothing is kept, and the ticket can be used again', async (_, sent) => {
    const ticket = await announce(candidate, { bytes: 5000 })
    const before = await media.files()
    const refused = await put(media, ticket, Readable.from([webm(sent)]))
    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'UPLOAD_INCOMPLETE', details: { expectedBytes: 5000 } },
    })
    expect(await media.files()).toEqual(before)
    expect(await recordOf(media, ticket.mediaId)).toMatchObject({ status: 'pending', events: [] })
    expect(await put(media, ticket, webm(5000))).toMatchObject({ status: 200 })
  })

  test('is refused before it is sent where the Content-Length says so', async () => {
    const ticket = await announce(candidate, { bytes: 5000 })
    for (const length of [0, 4999, 9_000_000_000]) {
      const sending = begin(media, ticket, { 'content-length': length })
      expect(await answerTo(sending)).toMatchObject({
        status: 422,
        body: { details: { expectedBytes: 5000, receivedBytes: length } },
      })
      sending.destroy()
    }
    expect(await put(media, ticket, webm(5000))).toMatchObject({ status: 200 })
  })

  test('behind a Content-Length that lies is never taken for the whole', async () => {
    const ticket = await announce(candidate, { bytes: 5000 })
    const before = await media.files()
    const sending = begin(media, ticket, { 'content-length': 5000 })
    sending.write(webm(4000))
    await expect.poll(() => media.files()).toHaveLength(before.length + 1)
    sending.destroy()
    await expect.poll(() => media.files()).toEqual(before)
    expect(await recordOf(media, ticket.mediaId)).toMatchObject({ status: 'pending', events: [] })
    const bytes = webm(5000)
    await expect.poll(() => put(media, ticket, bytes)).toMatchObject({ status: 200 })
    expect((await storedBytes(media, ticket.mediaId)).equals(bytes)).toBe(true)
  })
})

test('an upload that breaks off leaves nothing behind, however often, and succeeds in the end', async () => {
  const bytes = webm(200_000)
  const ticket = await announce(candidate, { bytes: bytes.length })
  const before = await media.files()
  for (const sent of [1, 10_000, 199_999]) {
    const sending = begin(media, ticket)
    sending.write(bytes.subarray(0, sent))
    await expect.poll(() => media.files()).toHaveLength(before.length + 1)
    sending.destroy()
    await expect.poll(() => media.files()).toEqual(before)
    expect((await recordOf(media, ticket.mediaId)).events).toEqual([])
  }
  expect(await put(media, ticket, bytes)).toMatchObject({ status: 200, body: { sha256: sha256(bytes) } })
})

describe('two at once', () => {
  test('on one server: the second is turned away while the first goes on', async () => {
    const bytes = webm(10_000)
    const ticket = await announce(candidate, { bytes: bytes.length })
    const before = await media.files()
    const first = begin(media, ticket)
    first.write(bytes.subarray(0, 6000))
    await expect.poll(() => media.files()).toHaveLength(before.length + 1)
    expect(await put(media, ticket, bytes)).toMatchObject({
      status: 409,
      body: { details: { reason: 'receiving' } },
    })
    first.end(bytes.subarray(6000))
    expect(await answerTo(first)).toMatchObject({ status: 200, body: { sha256: sha256(bytes) } })
    expect((await recordOf(media, ticket.mediaId)).events).toHaveLength(1)
  })

  test('with other bytes: one is stored, and what is stored is what the log says', async () => {
    const bodies = [webm(50_000), webm(50_000), webm(50_000)]
    const ticket = await announce(candidate, { bytes: 50_000 })
    const before = await media.files()
    const answers = await Promise.all(bodies.map((bytes) => put(media, ticket, bytes)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
    const { sha256: hash, events } = await recordOf(media, ticket.mediaId)
    expect(events).toMatchObject([{ payload: { sha256: Buffer.from(hash ?? []).toString('hex') } }])
    expect(sha256(await storedBytes(media, ticket.mediaId))).toBe(events[0]?.payload['sha256'])
    expect(await media.files()).toHaveLength(before.length + 1)
  })
})

test('two servers that take one upload at once keep the first that is whole, and never write over it', async () => {
  await using second = await startMediaApp(media)
  const [mine, other] = [webm(10_000), webm(10_000)]
  const ticket = await announce(candidate, { bytes: 10_000 })
  const before = await media.files()
  const slow = begin(media, ticket)
  slow.write(mine.subarray(0, 6000))
  await expect.poll(() => media.files()).toHaveLength(before.length + 1)
  expect(await put(second, ticket, other)).toMatchObject({ status: 200, body: { sha256: sha256(other) } })
  slow.end(mine.subarray(6000))
  expect(await answerTo(slow)).toMatchObject({ status: 409, body: { details: { reason: 'stored' } } })
  expect((await recordOf(media, ticket.mediaId)).events).toMatchObject([
    { type: 'media.stored', payload: { sha256: sha256(other) } },
  ])
  expect((await storedBytes(media, ticket.mediaId)).equals(other)).toBe(true)
  expect(await media.files()).toHaveLength(before.length + 1)
})

test('two servers that take the same bytes at once give the same answer and keep one copy', async () => {
  await using second = await startMediaApp(media)
  const bytes = webm(10_000)
  const ticket = await announce(candidate, { bytes: bytes.length })
  const before = await media.files()
  const slow = begin(media, ticket)
  slow.write(bytes.subarray(0, 6000))
  await expect.poll(() => media.files()).toHaveLength(before.length + 1)
  const first = await put(second, ticket, bytes)
  slow.end(bytes.subarray(6000))
  expect(await answerTo(slow)).toEqual(first)
  expect((await recordOf(media, ticket.mediaId)).events).toHaveLength(1)
  expect(await media.files()).toHaveLength(before.length + 1)
})
