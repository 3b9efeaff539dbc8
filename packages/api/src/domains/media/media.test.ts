import { makeQuestion } from '@viva/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MEDIA_TYPES, type MediaKind } from '../../contract/index.ts'
import { candidateOf, errorOf, startTestApp, type TestApp, type TestCandidate } from '../../testing/index.ts'
import { mediaOf } from './index.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.close())

let keys = 0
interface Announced {
  kind?: MediaKind
  contentType?: string
  bytes?: number
  questionId?: string
  idempotencyKey?: string
}
function announce(candidate: TestCandidate, upload: Announced = {}) {
  const idempotencyKey = `media-api-test-${String(keys++).padStart(6, '0')}`
  const { sessionId } = candidate
  const defaults = { kind: 'audio' as const, contentType: 'audio/webm', bytes: 100, idempotencyKey }
  return candidate.session.media.createUpload.mutate({ sessionId, ...defaults, ...upload })
}

describe('consent', () => {
  const SENSORS = ['browser', 'screen', 'camera', 'microphone'] as const
  const UPLOADS: [MediaKind, string, (typeof SENSORS)[number] | null][] = [
    ['audio', 'audio/webm', 'microphone'],
    ['video', 'video/webm', 'camera'],
    ['screen', 'video/webm', 'screen'],
    ['image', 'image/png', null],
    ['document', 'application/pdf', null],
  ]
  const consenting = async (consents: Partial<Record<(typeof SENSORS)[number], boolean>>) => {
    const candidate = await candidateOf(app)
    await app.db.sql`
      update sessions set consents = ${app.db.sql.json(consents)} where id = ${candidate.sessionId}`
    return candidate
  }

  test.each(UPLOADS)('to nothing but what %s needs is enough for it', async (kind, contentType, sensor) => {
    const candidate = await consenting(sensor === null ? {} : { [sensor]: true })
    await announce(candidate, { kind, contentType })
  })

  test.each(UPLOADS.filter(([, , sensor]) => sensor !== null))(
    'to everything else, or none at all, keeps nothing of %s',
    async (kind, contentType, sensor) => {
      const others = Object.fromEntries(SENSORS.map((other) => [other, other !== sensor]))
      for (const consents of [others, {}]) {
        const candidate = await consenting(consents)
        const refused = await errorOf(announce(candidate, { kind, contentType }), 'CONSENT_REQUIRED')
        expect(refused.details).toEqual({ sensor })
        expect(await mediaOf(app.db.drizzle, candidate.sessionId)).toEqual([])
      }
    },
  )
})

describe('an upload that belongs to a question', () => {
  test('says so for good', async () => {
    const candidate = await candidateOf(app)
    const { sessionId, companyId } = candidate
    const { id: questionId } = await makeQuestion(app.db, { sessionId, companyId })
    const upload = { questionId, idempotencyKey: 'an-upload-of-a-question' }
    await announce(candidate, upload)
    expect(await mediaOf(app.db.drizzle, sessionId)).toMatchObject([{ questionId }])
    const { questionId: _, ...without } = upload
    await errorOf(announce(candidate, without), 'IDEMPOTENCY_KEY_REUSED')
    await announce(candidate)
    expect(await mediaOf(app.db.drizzle, sessionId)).toMatchObject([{ questionId }, { questionId: null }])
  })

  test('must name one of this very session', async () => {
    const [candidate, other] = [await candidateOf(app), await candidateOf(app)]
    const { sessionId, companyId } = other
    const { id: questionId } = await makeQuestion(app.db, { sessionId, companyId })
    for (const wrong of [questionId, candidate.sessionId]) {
      const { details } = await errorOf(announce(candidate, { questionId: wrong }), 'NOT_FOUND')
      expect(details).toEqual({ resource: 'question' })
    }
    expect(await mediaOf(app.db.drizzle, candidate.sessionId)).toEqual([])
  })
})

describe('announcing an upload', () => {
  test('gives a ticket to this server, for these bytes, for a quarter of an hour', async () => {
    const candidate = await candidateOf(app)
    const ticket = await announce(candidate, { contentType: 'audio/webm;codecs=opus' })
    expect(ticket).toMatchObject({
      url: `${app.url}/media/${ticket.mediaId}`,
      method: 'PUT',
      completeAfterwards: false,
      headers: { 'content-type': 'audio/webm;codecs=opus', authorization: expect.stringMatching(/^Bearer /) },
    })
    const minutes = (Date.parse(ticket.expiresAt) - app.clock.now().getTime()) / 60_000
    expect(minutes).toBeLessThanOrEqual(15)
    expect(await mediaOf(app.db.drizzle, candidate.sessionId)).toMatchObject([
      { id: ticket.mediaId, status: 'pending', bytes: 100, sha256: null, storedAt: null },
    ])
  })

  test('again with the same key is the same upload, and no token is kept for it', async () => {
    const candidate = await candidateOf(app)
    const upload = { idempotencyKey: 'the-very-same-key' }
    const [first, replay] = await Promise.all([announce(candidate, upload), announce(candidate, upload)])
    expect(replay.mediaId).toBe(first.mediaId)
    expect(await mediaOf(app.db.drizzle, candidate.sessionId)).toHaveLength(1)
    const [kept] = await app.db.sql`
      select result from idempotency_keys where scope = ${`session:${candidate.sessionId}`}`
    expect(kept).toEqual({ result: { mediaId: first.mediaId } })
    await errorOf(announce(candidate, { ...upload, bytes: 101 }), 'IDEMPOTENCY_KEY_REUSED')
  })

  test.each(Object.entries(MEDIA_TYPES).flatMap(([kind, types]) => types.map((type) => [kind, type])))(
    'takes for %s the type %s',
    async (kind, contentType) => {
      const announced = { kind: kind as MediaKind, contentType: `${contentType}` }
      expect(await announce(await candidateOf(app), announced)).toMatchObject({ method: 'PUT' })
    },
  )

  test.each([
    ['image', 'image/svg+xml'],
    ['image', 'image/gif'],
    ['document', 'text/html'],
    ['audio', 'video/webm'],
    ['video', 'video/webm, text/html'],
    ['video', 'video/webm; charset=../x'],
    ['video', 'video/webm\r\nset-cookie: a=b'],
  ] as const)('refuses for %s the type %j', async (kind, contentType) => {
    const candidate = await candidateOf(app)
    const { details } = await errorOf(announce(candidate, { kind, contentType }), 'INVALID_INPUT')
    expect(details.issues).toMatchObject([{ path: 'contentType' }])
    expect(await mediaOf(app.db.drizzle, candidate.sessionId)).toEqual([])
  })

  test('of more bytes than the server takes is refused, with the limit', async () => {
    const candidate = await candidateOf(app)
    const { maxUploadBytes } = app.ctx.config
    await announce(candidate, { bytes: maxUploadBytes })
    const refused = await errorOf(announce(candidate, { bytes: maxUploadBytes + 1 }), 'PAYLOAD_TOO_LARGE')
    expect(refused.details).toEqual({ maxBytes: maxUploadBytes })
    await errorOf(announce(candidate, { bytes: 0 }), 'INVALID_INPUT')
  })

  test('cannot fill the storage: a session has a limit of its own, also for calls at once', async () => {
    const candidate = await candidateOf(app)
    const bytes = app.ctx.config.maxUploadBytes
    const results = await Promise.allSettled(Array.from({ length: 22 }, () => announce(candidate, { bytes })))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(20)
    const refused = await errorOf(announce(candidate, { bytes: 1 }), 'PAYLOAD_TOO_LARGE')
    expect(refused.details).toEqual({ maxBytes: 0 })
  })

  test.each(['ready', 'active'] as const)('is allowed in state %s', async (state) => {
    await announce(await candidateOf(app, { state }))
  })

  test.each(['setup', 'precheck'] as const)('is not allowed in state %s', async (state) => {
    const candidate = await candidateOf(app, { state })
    const refused = await errorOf(announce(candidate), 'INVALID_STATE')
    expect(refused.details.state).toBe(state)
  })

  test('needs the IST of this very session', async () => {
    const [mine, other] = [await candidateOf(app), await candidateOf(app)]
    await errorOf(announce({ ...other, sessionId: mine.sessionId }), 'FORBIDDEN')
    await errorOf(announce({ ...mine, session: mine.signals }), 'UNAUTHENTICATED')
    await errorOf(announce({ ...mine, session: mine.api }), 'UNAUTHENTICATED')
    expect(await mediaOf(app.db.drizzle, mine.sessionId)).toEqual([])
  })
})

test('an upload that goes to this server is completed by its own request, not by a call', async () => {
  const candidate = await candidateOf(app)
  const { mediaId } = await announce(candidate)
  const { sessionId } = candidate
  const refused = await errorOf(
    candidate.session.media.completeUpload.mutate({ sessionId, mediaId }),
    'UPLOAD_INCOMPLETE',
  )
  expect(refused.details).toEqual({ expectedBytes: 100, receivedBytes: 0 })
})

test('small uploads without end are refused too, failed ones counted', async () => {
  const candidate = await candidateOf(app)
  const { sessionId, companyId } = candidate
  await app.db.sql`
    insert into media_objects (id, session_id, company_id, kind, content_type, bytes, status, storage_key, created_at)
    select gen_random_uuid(), ${sessionId}, ${companyId}, 'audio', 'audio/webm', 1, 'rejected', '', now()
    from generate_series(1, 9999)`
  await announce(candidate, { bytes: 1 })
  await errorOf(announce(candidate, { bytes: 1 }), 'PAYLOAD_TOO_LARGE')
})

test('an upload announced in time gets new tickets for an hour after the end, and then no more', async () => {
  const candidate = await candidateOf(app)
  const { sessionId } = candidate
  const upload = { idempotencyKey: 'announced-while-the-session-ran' }
  const { mediaId } = await announce(candidate, upload)
  const finished = { sessionId, idempotencyKey: 'finished-by-the-candidate' }
  await candidate.session.sessions.finalize.mutate(finished)
  expect(await announce(candidate, upload)).toMatchObject({ mediaId })

  await app.db.sql`
    update sessions set closed_at = closed_at - interval '61 minutes' where id = ${sessionId}`
  const refused = await errorOf(announce(candidate, upload), 'INVALID_STATE')
  expect(refused.details).toEqual({ state: 'completed', allowed: [] })
})
