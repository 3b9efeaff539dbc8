import { beforeAll, describe, expect, test } from 'vitest'
import {
  type EvidenceBundle,
  type EvidenceEvent,
  hashPayload,
  type JsonValue,
  parseBundle,
  signSeal,
  verifyBundle,
} from './index.ts'
import { newKey, type TestKey } from './testing/keys.ts'
import { at, makeLogOf, rehash, SESSION_ID } from './testing/log.ts'

const issuer = 'https://viva.example'
const log = makeLogOf(8)
let key: TestKey
let attacker: TestKey
/** Sealed at event 6, where the session was finalized, and at event 8, where it was exported. */
let bundle: EvidenceBundle

beforeAll(async () => {
  key = await newKey('key-1')
  attacker = await newKey('key-1')
  bundle = await bundleOf(log, [6, 8])
})

async function sealOf(events: readonly EvidenceEvent[], seq: number, signer = key, sessionId = SESSION_ID) {
  const { hash } = at(events, seq)
  return signSeal(
    { issuer, sessionId, seq, hash, issuedAt: 1_769_850_000, kid: signer.kid },
    signer.privateKey,
  )
}

async function bundleOf(events: EvidenceEvent[], sealed: number[], signer = key): Promise<EvidenceBundle> {
  const head = at(events, events.length)
  return {
    format: 'viva.evidence.1',
    exportedAt: '2026-01-31T10:00:00.000Z',
    session: {
      id: SESSION_ID,
      companyId: 'company',
      interviewId: 'interview',
      interviewVersion: 3,
      candidateId: 'candidate',
      state: 'completed',
      endReason: null,
    },
    head: { seq: head.seq, hash: head.hash },
    events,
    seals: await Promise.all(sealed.map((seq) => sealOf(events, seq, signer))),
    keys: [signer.publicJwk],
  }
}

/** The log with event 3 changed and every hash from there on made anew: consistent in itself. */
function rewritten(): EvidenceEvent[] {
  const events: EvidenceEvent[] = log.slice(0, 2)
  for (const event of log.slice(2)) {
    const changed = event.seq === 3 ? { ...event, actor: 'system' } : event
    events.push(rehash(changed, at(events, events.length).hash))
  }
  return events
}

describe('a genuine bundle', () => {
  test('is verified with the installation’s keys', async () => {
    const report = await verifyBundle(bundle, { trustedKeys: [key.publicJwk], issuer })
    expect(report).toMatchObject({
      ok: true,
      signature: 'trusted',
      events: 8,
      head: bundle.head,
      problems: [],
    })
    expect(report.seals).toMatchObject([
      { status: 'trusted', seal: { seq: 6, issuer } },
      { status: 'trusted', seal: { seq: 8, kid: 'key-1' } },
    ])
  })

  test('is consistent, but no more, with its own keys', async () => {
    expect(await verifyBundle(bundle)).toMatchObject({ ok: true, signature: 'self-signed' })
  })

  test('verifies after a trip through JSON', async () => {
    const parsed = parseBundle(JSON.parse(JSON.stringify(bundle)))
    expect(await verifyBundle(parsed, { trustedKeys: [key.publicJwk] })).toMatchObject({ ok: true })
  })

  test('verifies after payloads were erased', async () => {
    const events = log.map((event) => (event.seq > 4 ? { ...event, payload: null, salt: null } : event))
    const report = await verifyBundle({ ...bundle, events }, { trustedKeys: [key.publicJwk] })
    expect(report).toMatchObject({ ok: true, erased: [5, 6, 7, 8] })
  })

  test('verifies after the keys were rotated', async () => {
    const next = await newKey('key-2')
    const seals = [await sealOf(log, 6), await sealOf(log, 8, next)]
    const keys = [key.publicJwk, next.publicJwk]
    expect(await verifyBundle({ ...bundle, seals, keys }, { trustedKeys: keys })).toMatchObject({ ok: true })
    const half = await verifyBundle({ ...bundle, seals, keys }, { trustedKeys: [next.publicJwk] })
    expect(half).toMatchObject({ ok: false, signature: 'self-signed' })
  })
})

describe('a bundle is not verified', () => {
  test('when an event was edited, and that event is named', async () => {
    const events = log.with(3, { ...at(log, 4), payload: { text: 'better' } })
    const report = await verifyBundle({ ...bundle, events }, { trustedKeys: [key.publicJwk] })
    expect(report).toMatchObject({ ok: false, problems: [{ code: 'PAYLOAD_MISMATCH', seq: 4 }] })
  })

  test('when the past was rewritten after a seal, although the head is sealed again', async () => {
    const events = rewritten()
    const seals = [await sealOf(log, 6), await sealOf(events, 8)]
    const report = await verifyBundle(
      { ...(await bundleOf(events, [])), seals },
      { trustedKeys: [key.publicJwk] },
    )
    expect(report).toMatchObject({ ok: false, signature: 'trusted', problems: [{ code: 'EDITED', seq: 6 }] })
  })

  test('when the past was rewritten without a new seal', async () => {
    const report = await verifyBundle({ ...(await bundleOf(rewritten(), [])), seals: bundle.seals })
    expect(report.ok).toBe(false)
    expect(report.problems.map(({ code, seq }) => `${code} ${seq}`)).toEqual([
      'EDITED 6',
      'EDITED 8',
      'HEAD_MISMATCH 8',
    ])
  })

  test('when a closed log was rewritten, its seal removed, and the whole sealed again by an export', async () => {
    const closing = { type: 'session.transitioned', at: '2026-01-31T09:10:00.000Z' }
    const closed: EvidenceEvent[] = log.slice(0, 5)
    const payload = { from: 'active', to: 'completed' }
    const salt = '00'.repeat(16)
    const payloadHash = hashPayload({ payload, salt })
    const event = { ...at(log, 6), ...closing, payload, salt, payloadHash }
    closed.push(rehash(event, at(closed, 5).hash))
    const { seq, hash } = at(closed, 6)
    const sealAt = (iso: string) =>
      signSeal(
        { issuer, sessionId: SESSION_ID, seq, hash, issuedAt: Date.parse(iso) / 1000, kid: key.kid },
        key.privateKey,
      )
    const onTime = { ...(await bundleOf(closed, [])), seals: [await sealAt('2026-01-31T09:10:01.000Z')] }
    expect(await verifyBundle(onTime, { trustedKeys: [key.publicJwk] })).toMatchObject({ ok: true })
    const later = { ...onTime, seals: [await sealAt('2026-02-01T09:10:00.000Z')] }
    const problems = [{ code: 'UNSEALED', seq: 6 }]
    expect(await verifyBundle(later, { trustedKeys: [key.publicJwk] })).toMatchObject({ ok: false, problems })
  })

  test('when any decision about a strike came after the close and has no seal of its time', async () => {
    const append = (events: EvidenceEvent[], type: string, iso: string, payload: JsonValue): void => {
      const salt = '00'.repeat(16)
      const seq = events.length + 1
      const event = {
        ...at(log, 6),
        seq,
        type,
        at: iso,
        payload,
        salt,
        payloadHash: hashPayload({ payload, salt }),
      }
      events.push(rehash(event, at(events, seq - 1).hash))
    }
    const events: EvidenceEvent[] = log.slice(0, 5)
    append(events, 'strike.reviewed', '2026-01-31T09:05:00.000Z', { decision: 'lifted' })
    append(events, 'session.transitioned', '2026-01-31T09:10:00.000Z', { from: 'active', to: 'completed' })
    append(events, 'strike.reviewed', '2026-02-03T09:00:00.000Z', { decision: 'lifted' })
    append(events, 'strike.reviewed', '2026-02-03T10:00:00.000Z', { decision: 'confirmed' })
    const sealAt = (seq: number, iso: string) =>
      signSeal(
        {
          issuer,
          sessionId: SESSION_ID,
          seq,
          hash: at(events, seq).hash,
          issuedAt: Date.parse(iso) / 1000,
          kid: key.kid,
        },
        key.privateKey,
      )
    const closing = await sealAt(7, '2026-01-31T09:10:01.000Z')
    const trusted = { trustedKeys: [key.publicJwk] }
    const closed = await bundleOf(events, [])
    const first = await sealAt(8, '2026-02-03T09:00:01.000Z')
    const last = await sealAt(9, '2026-02-03T10:00:01.000Z')
    const onTime = { ...closed, seals: [closing, first, last] }
    expect(await verifyBundle(onTime, trusted)).toMatchObject({ ok: true })
    const later = { ...closed, seals: [closing, first, await sealAt(9, '2026-02-03T12:00:00.000Z')] }
    const problems = [{ code: 'UNSEALED', seq: 9 }]
    expect(await verifyBundle(later, trusted)).toMatchObject({ ok: false, problems })
    // The genuine decision that came next is sealed over a forged one, and does not make it genuine.
    const forgedFirst = { ...closed, seals: [closing, last] }
    expect(await verifyBundle(forgedFirst, trusted)).toMatchObject({
      ok: false,
      problems: [{ code: 'UNSEALED', seq: 8 }],
    })
  })

  test('when the tail was cut off, head included', async () => {
    const short = await bundleOf(log.slice(0, 7), [])
    const report = await verifyBundle({ ...short, seals: bundle.seals })
    expect(report.ok).toBe(false)
    expect(report.problems.map(({ code, seq }) => `${code} ${seq}`)).toEqual(['MISSING 8', 'HEAD_MISMATCH 7'])
  })

  test('when its head is not the end of its log', async () => {
    const report = await verifyBundle({ ...bundle, head: { seq: 6, hash: at(log, 6).hash } })
    expect(report).toMatchObject({ ok: false })
  })

  test('when only an earlier event is sealed', async () => {
    const report = await verifyBundle(await bundleOf(log, [6]))
    expect(report).toMatchObject({ ok: false, problems: [{ code: 'HEAD_MISMATCH', seq: 8 }] })
  })

  test('when it has no seal', async () => {
    expect(await verifyBundle({ ...bundle, seals: [] })).toMatchObject({ ok: false, signature: 'missing' })
  })

  test('when one of its seals is of another session', async () => {
    const seals = [...bundle.seals, await sealOf(log, 8, key, 'another')]
    expect(await verifyBundle({ ...bundle, seals })).toMatchObject({ ok: false, signature: 'invalid' })
  })

  test('when it is for another session', async () => {
    const session = { ...bundle.session, id: 'another' }
    expect(await verifyBundle({ ...bundle, session })).toMatchObject({ ok: false, signature: 'invalid' })
  })

  test('when another installation sealed it', async () => {
    const report = await verifyBundle(bundle, {
      trustedKeys: [key.publicJwk],
      issuer: 'https://other.example',
    })
    expect(report).toMatchObject({ ok: false, signature: 'invalid' })
  })

  test('when events, seals and keys were replaced together by someone without the key', async () => {
    const stranger = await newKey('key-2')
    const forged = await bundleOf(rewritten(), [6, 8], stranger)
    const report = await verifyBundle(forged, { trustedKeys: [key.publicJwk] })
    expect(report).toMatchObject({ ok: false, signature: 'self-signed', problems: [] })
    expect(await verifyBundle(forged, { trustedKeys: [] })).toMatchObject({
      ok: false,
      signature: 'self-signed',
    })
  })

  test('when a key in the bundle takes a trusted key’s id', async () => {
    const forged = await bundleOf(rewritten(), [6, 8], attacker)
    const report = await verifyBundle(forged, { trustedKeys: [key.publicJwk] })
    expect(report).toMatchObject({ ok: false, signature: 'invalid' })
  })
})
