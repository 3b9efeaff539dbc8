import { request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { MediaKind, MediaLink } from '@viva/api/contract'
import { candidateOf, errorOf, memberOf, type TestCandidate, type TestMember } from '@viva/api/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { announce, type MediaApp, png, startMediaApp, webm } from './media-app.ts'

let media: MediaApp
let candidate: TestCandidate
let reviewer: TestMember
beforeAll(async () => {
  media = await startMediaApp()
  candidate = await candidateOf(media.app)
  reviewer = await memberOf(media.app, { companyId: candidate.companyId, role: 'reviewer' })
})
afterAll(() => media.close())

async function upload(bytes: Uint8Array, type: { kind: MediaKind; contentType: string }): Promise<string> {
  const ticket = await announce(candidate, { ...type, bytes: bytes.length })
  const { status } = await fetch(media.here(ticket.url), {
    method: 'PUT',
    headers: ticket.headers,
    body: new Uint8Array(bytes),
  })
  expect(status).toBe(200)
  return ticket.mediaId
}
const recording = (bytes: Uint8Array) => upload(bytes, { kind: 'video', contentType: 'video/webm' })
const linkTo = (mediaId: string, by = reviewer): Promise<MediaLink> =>
  by.api.media.link.mutate({ companyId: by.companyId, sessionId: candidate.sessionId, mediaId })
async function get(url: string, headers: Record<string, string> = {}, method = 'GET') {
  const answer = await fetch(media.here(url), { method, headers })
  return { status: answer.status, headers: answer.headers, body: Buffer.from(await answer.arrayBuffer()) }
}
const errorCode = ({ status, body }: { status: number; body: Buffer }) => {
  const parsed: { code?: string } = JSON.parse(body.toString())
  return `${status} ${parsed.code}`
}

describe('a link', () => {
  test('gives its holder the recording, for a while, and is on record', async () => {
    const bytes = webm(200_000)
    const mediaId = await recording(bytes)
    const link = await linkTo(mediaId)
    const answer = await get(link.url)
    expect(answer.status).toBe(200)
    expect(answer.body.equals(bytes)).toBe(true)
    expect(Date.parse(link.expiresAt) - media.app.clock.now().getTime()).toBeLessThanOrEqual(900_000)
    expect(
      await media.app.db
        .sql`select actor, details from audit_log where action = 'media.link' and target = ${mediaId}`,
    ).toEqual([{ actor: `member:${reviewer.userId}`, details: { sessionId: candidate.sessionId } }])
  })

  test('ends', async () => {
    const { url } = await linkTo(await recording(webm(100)))
    media.app.clock.advance(901_000)
    try {
      expect(errorCode(await get(url))).toBe('404 LINK_INVALID')
    } finally {
      media.app.clock.advance(-901_000)
    }
    expect((await get(url)).status).toBe(200)
  })

  test('that was changed in any way leads nowhere', async () => {
    const [one, two] = [await recording(webm(100)), await recording(webm(100))]
    const url = new URL((await linkTo(one)).url)
    const changed = (change: (url: URL) => void) => {
      const copy = new URL(url)
      change(copy)
      return copy.href
    }
    const signature = url.searchParams.get('signature') ?? ''
    const forged = [
      changed((copy) => {
        copy.pathname = `/media/${two}`
      }),
      changed((copy) =>
        copy.searchParams.set('expires', String(Number(copy.searchParams.get('expires')) + 1)),
      ),
      changed((copy) => copy.searchParams.set('expires', `${copy.searchParams.get('expires')}.0`)),
      changed((copy) =>
        copy.searchParams.set(
          'signature',
          signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')),
        ),
      ),
      changed((copy) => copy.searchParams.set('signature', signature.slice(1))),
      changed((copy) => copy.searchParams.set('signature', '')),
      changed((copy) => copy.searchParams.delete('signature')),
      changed((copy) => copy.searchParams.delete('expires')),
      changed((copy) => copy.searchParams.append('signature', signature)),
      changed((copy) => {
        copy.search = ''
      }),
    ]
    for (const address of forged) expect(errorCode(await get(address))).toBe('404 LINK_INVALID')
    expect((await get(url.href)).status).toBe(200)
  })

  test('is given to no other company, to no role without the permission, and to nothing unfinished', async () => {
    const mediaId = await recording(webm(100))
    const { companyId } = candidate
    const employee = await memberOf(media.app, { companyId, role: 'employee' })
    await errorOf(linkTo(mediaId, employee), 'FORBIDDEN')
    const stranger = await memberOf(media.app)
    await errorOf(linkTo(mediaId, stranger), 'NOT_FOUND')
    await errorOf(
      stranger.api.media.link.mutate({ companyId, sessionId: candidate.sessionId, mediaId }),
      'NOT_FOUND',
    )
    const other = await candidateOf(media.app)
    await errorOf(
      reviewer.api.media.link.mutate({ companyId, sessionId: other.sessionId, mediaId }),
      'NOT_FOUND',
    )
    const pending = await announce(candidate, { bytes: 100 })
    await errorOf(linkTo(pending.mediaId), 'NOT_FOUND')
  })
})

test('what a candidate sent is never run by a browser', async () => {
  const polyglot = png('<html><script>alert(document.domain)</script></html>')
  const mediaId = await upload(polyglot, { kind: 'image', contentType: 'image/png' })
  const { headers, body } = await get((await linkTo(mediaId)).url)
  expect(body.equals(polyglot)).toBe(true)
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-type': 'image/png',
    'content-disposition': `attachment; filename="${mediaId}.png"`,
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'cross-origin',
    'referrer-policy': 'no-referrer',
    'cache-control': 'private, no-store',
    'accept-ranges': 'bytes',
  })
})

describe('a range', () => {
  const bytes = webm(100_000)
  let url: string
  let etag: string
  beforeAll(async () => {
    url = (await linkTo(await recording(bytes))).url
    etag = (await get(url, {}, 'HEAD')).headers.get('etag') ?? ''
  })

  test.each([
    ['bytes=0-0', 0, 0],
    ['bytes=70000-', 70_000, 99_999],
    ['bytes=99999-200000', 99_999, 99_999],
    ['bytes=-10', 99_990, 99_999],
    ['bytes=65535-65536', 65_535, 65_536],
  ])('%s is answered with that part', async (range, start, end) => {
    const { status, headers, body } = await get(url, { range })
    expect(status).toBe(206)
    expect(headers.get('content-range')).toBe(`bytes ${start}-${end}/100000`)
    expect(headers.get('content-length')).toBe(String(end - start + 1))
    expect(body.equals(bytes.subarray(start, end + 1))).toBe(true)
  })

  test('that the recording does not have is 416, with its size', async () => {
    const { status, headers, body } = await get(url, { range: 'bytes=100000-' })
    expect(status).toBe(416)
    expect(headers.get('content-range')).toBe('bytes */100000')
    expect(body).toHaveLength(0)
  })

  test.each(['bytes=0-1,5-6', 'bytes=9-3', 'lines=1-2'])('%s is answered with the whole', async (range) => {
    const { status, body } = await get(url, { range })
    expect(status).toBe(200)
    expect(body.equals(bytes)).toBe(true)
  })

  test('is given only of the recording that If-Range names', async () => {
    expect((await get(url, { range: 'bytes=0-9', 'if-range': etag })).status).toBe(206)
    expect((await get(url, { range: 'bytes=0-9', 'if-range': '"other"' })).status).toBe(200)
    expect((await get(url, { 'if-none-match': etag })).status).toBe(304)
  })

  test('is not needed to learn the size', async () => {
    const { status, headers, body } = await get(url, {}, 'HEAD')
    expect(status).toBe(200)
    expect(headers.get('content-length')).toBe('100000')
    expect(headers.get('etag')).toMatch(/^"[0-9a-f]{64}"$/)
    expect(body).toHaveLength(0)
  })
})

test('a reader who leaves in the middle costs nobody anything', async () => {
  const bytes = webm(5_000_000)
  const { url } = await linkTo(await recording(bytes))
  await new Promise<void>((resolve, reject) => {
    const reading = request(media.here(url), { agent: false }, (answer) => {
      answer.once('data', () => {
        answer.destroy()
        resolve()
      })
    })
    reading.on('error', reject).end()
  })
  const whole = await new Promise<Buffer>((resolve, reject) => {
    request(media.here(url), { agent: false }, (answer) => buffer(answer).then(resolve, reject))
      .on('error', reject)
      .end()
  })
  expect(whole.equals(bytes)).toBe(true)
})
