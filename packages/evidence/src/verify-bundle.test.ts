import { beforeAll, describe, expect, test } from 'vitest'
import { type EvidenceBundle, type EvidenceEvent, parseBundle, signSeal, verifyBundle } from './index.ts'
import { newKey, type TestKey } from './testing/keys.ts'
import { at, makeLogOf, rehash, SESSION_ID } from './testing/log.ts'

const issuer = 'https://viva.example'
const log = makeLogOf(8)
let key: TestKey
let attacker: TestKey
/** Exported at event 6, and again at event 8. */
let bundle: EvidenceBundle

beforeAll(async () => {
  key = await newKey('key-1')
  attacker = await newKey('key-1')
  bundle = await bundleOf(log, [6, 8])
})

const EXPORTED_AT = '2026-01-31T10:00:00.000Z'
const exported = Date.parse(EXPORTED_AT) / 1000

async function sealOf(events: readonly EvidenceEvent[], seq: number, signer = key, sessionId = SESSION_ID) {
  const { hash } = at(events, seq)
  return signSeal(
    { issuer, sessionId, seq, hash, appended: 0, issuedAt: exported, kid: signer.kid },
    signer.privateKey,
  )
}

async function bundleOf(events: EvidenceEvent[], sealed: number[], signer = key): Promise<EvidenceBundle> {
  const head = at(events, events.length)
  return {
    format: 'viva.evidence.1',
    exportedAt: EXPORTED_AT,
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

  test('when its tail was cut off together with the seals, down to an event that was sealed as it was appended', async () => {
    const { hash, at: appendedAt } = at(log, 6)
    const issuedAt = Math.floor(Date.parse(appendedAt) / 1000)
    const claims = { issuer, sessionId: SESSION_ID, seq: 6, hash, issuedAt, kid: key.kid }
    const seals = [await signSeal({ ...claims, appended: 1 }, key.privateKey)]
    const cut = { ...(await bundleOf(log.slice(0, 6), [])), seals }
    const problems = [{ code: 'HEAD_MISMATCH', seq: 6 }]
    expect(await verifyBundle(cut)).toMatchObject({ ok: false, problems })
  })

  test('when its tail was cut off down to an earlier export, unless it says the time of that one', async () => {
    const { hash } = at(log, 6)
    const claims = { issuer, sessionId: SESSION_ID, seq: 6, hash, appended: 0, kid: key.kid }
    const seals = [await signSeal({ ...claims, issuedAt: exported - 60 }, key.privateKey)]
    const cut = { ...(await bundleOf(log.slice(0, 6), [])), seals }
    expect(await verifyBundle(cut)).toMatchObject({
      ok: false,
      problems: [{ code: 'HEAD_MISMATCH', seq: 6 }],
    })
    const older = { ...cut, exportedAt: new Date((exported - 60) * 1000).toISOString() }
    expect(await verifyBundle(older)).toMatchObject({ ok: true })
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
