import { request } from 'node:http'
import { candidateOf, type TestCandidate } from '@viva/api/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { announce, type MediaApp, recordOf, startMediaApp, webm } from './media-app.ts'
import { type Answer, answerTo, put } from './sending.ts'

let media: MediaApp
let candidate: TestCandidate
beforeAll(async () => {
  media = await startMediaApp()
})
afterAll(() => media.close())
beforeEach(async () => {
  candidate = await candidateOf(media.app)
})

describe('a ticket', () => {
  const code = (answer: Answer) => `${answer.status} ${answer.body.code}`

  test('is good for its own upload alone', async () => {
    const [mine, other] = [await announce(candidate, { bytes: 50 }), await announce(candidate, { bytes: 50 })]
    const stranger = await announce(await candidateOf(media.app), { bytes: 50 })
    expect(code(await put(media, { ...mine, headers: other.headers }, webm(50)))).toBe('403 FORBIDDEN')
    expect(code(await put(media, { ...mine, headers: stranger.headers }, webm(50)))).toBe('403 FORBIDDEN')
    expect((await recordOf(media, mine.mediaId)).status).toBe('pending')
  })

  test('cannot be replaced by any other token, nor by none', async () => {
    const ticket = await announce(candidate, { bytes: 50 })
    const { tokens, token } = candidate
    for (const wrong of [...Object.values(tokens), token, 'x', '%zz', '\u00e9']) {
      const authorization = `Bearer ${wrong}`
      expect(code(await put(media, ticket, webm(50), { authorization }))).toBe('401 UNAUTHENTICATED')
    }
    expect(code(await put(media, ticket, webm(50), { authorization: '' }))).toBe('401 UNAUTHENTICATED')
  })

  test('ends when its device is logged out', async () => {
    const ticket = await announce(candidate, { bytes: 50 })
    await media.app.db.sql`update auth_sessions set revoked_at = now() where id = ${candidate.authSessionId}`
    expect(code(await put(media, ticket, webm(50)))).toBe('401 UNAUTHENTICATED')
  })

  test('ends after fifteen minutes', async () => {
    const ticket = await announce(candidate, { bytes: 50 })
    media.app.clock.advance(15 * 60_000 + 1000)
    try {
      expect(code(await put(media, ticket, webm(50)))).toBe('401 TOKEN_EXPIRED')
    } finally {
      media.app.clock.advance(-(15 * 60_000 + 1000))
    }
  })
})

describe('a request', () => {
  test.each([
    '/media/../../../../etc/passwd',
    '/media/..%2f..%2f..%2fetc%2fpasswd',
    '/media/%2e%2e%2f%2e%2e',
    '/media/a%00b',
    '/media/.incoming',
    '/media/019a0000-0000-7000-8000-000000000000%2f..',
    '/media/',
    '/media/%ff',
  ])('to %s finds nothing and touches no file', async (path) => {
    const ticket = await announce(candidate, { bytes: 50 })
    const before = await media.files()
    const sending = request(media.app.url, { path, method: 'PUT', headers: ticket.headers, agent: false })
    sending.end(webm(50))
    const { status } = await answerTo(sending)
    expect([400, 404]).toContain(status)
    expect(await media.files()).toEqual(before)
  })

  test('may carry any file name: it is not looked at', async () => {
    const ticket = await announce(candidate, { bytes: 50 })
    const headers = {
      'content-disposition': 'attachment; filename="../../../x.php\\u0000.webm"',
      slug: '../x',
    }
    expect(await put(media, ticket, webm(50), headers)).toMatchObject({ status: 200 })
    expect((await recordOf(media, ticket.mediaId)).storage_key).toMatch(
      /^[0-9a-f-]{36}(?:\/[0-9a-f-]{36}){3}$/,
    )
  })

  test.each([
    ['another type', { 'content-type': 'video/mp4' }, 415],
    ['a type that is none', { 'content-type': 'no type' }, 415],
    ['a packed body', { 'content-encoding': 'gzip' }, 400],
  ])('with %s is refused, and the ticket can be used again', async (_, headers, status) => {
    const ticket = await announce(candidate, { bytes: 50 })
    expect((await put(media, ticket, webm(50), headers)).status).toBe(status)
    expect(await recordOf(media, ticket.mediaId)).toMatchObject({ status: 'pending', events: [] })
    expect(await put(media, ticket, webm(50))).toMatchObject({ status: 200 })
  })
})
