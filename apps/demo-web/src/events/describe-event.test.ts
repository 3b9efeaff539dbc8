import {
  EVENT_TYPES,
  type SessionEvent,
  type SessionEventPayloads,
  type SessionEventType,
} from '@viva/client'
import { expect, test } from 'vitest'
import { events as strings } from '#strings/events.ts'
import { describeActor, describeEvent } from './describe-event.ts'

const PAYLOADS: SessionEventPayloads = {
  'session.created': {
    interviewId: 'i',
    interviewVersion: 1,
    policyId: 'p',
    policyVersion: 1,
    expiresAt: '2030-01-01T00:00:00.000Z',
  },
  'session.claimed': { guest: true },
  'session.prechecked': { consents: { browser: true, camera: false }, device: {} },
  'session.transitioned': {
    from: 'active',
    to: 'ended',
    action: 'end',
    reason: 'technical',
    note: 'Power cut',
  },
  'question.asked': {
    questionId: 'q',
    position: 2,
    text: 'Why?',
    planId: 'why',
    followUpOf: 'q1',
    runId: null,
    deadlineAt: '2030-01-01T00:00:00.000Z',
  },
  'answer.received': {
    answerId: 'a',
    questionId: 'q',
    text: 'Because.',
    mediaId: 'm',
    late: true,
    clientTime: null,
  },
  'signal.recorded': {
    clientSeq: 1,
    clientTime: '2030-01-01T00:00:00.000Z',
    kind: 'paste',
    details: { characters: 240, nested: {} },
  },
  'signal.gap': { from: 3, to: 5 },
  'signal.reordered': {
    clientSeq: 2,
    lastClientSeq: 7,
    clientTime: '2030-01-01T00:00:00.000Z',
    kind: 'copy',
    details: {},
  },
  'strike.issued': {
    strikeId: 's',
    ruleId: 'pasted-text',
    severity: 'major',
    message: 'Text was pasted into an answer.',
    signalSeqs: [4],
    policyId: 'p',
    policyVersion: 1,
  },
  'strike.reviewed': { strikeId: 's', decision: 'lifted', reason: 'They pasted their own notes.' },
  'policy.applied': { action: 'flag', strikes: 2, severity: 'minor' },
  'run.started': { runId: 'r', purpose: 'follow_up', questionId: 'q' },
  'run.finished': {
    runId: 'r',
    purpose: 'follow_up',
    provider: 'scripted',
    model: 'script',
    promptVersion: '1',
    outcome: 'succeeded',
    inputSha256: '',
    outputSha256: null,
    inputTokens: 1200,
    outputTokens: 34,
  },
  'media.stored': { mediaId: 'm', kind: 'video', contentType: 'video/webm', bytes: 1_400_000, sha256: '' },
  'media.rejected': { mediaId: 'm', reason: 'This is no video.' },
  'report.ready': { reportId: 'r', sha256: '', scored: false },
  'report.failed': { reportId: 'r', attempts: 3 },
}
const TYPES = Object.keys(EVENT_TYPES) as SessionEventType[]

function make<Type extends SessionEventType>(type: Type, payload: SessionEventPayloads[Type] | null) {
  return { seq: 1, type, at: '2030-01-01T00:00:00.000Z', actor: 'system', payload, hash: '' } as SessionEvent
}

test.each(TYPES)('says in words what a %s event means', (type) => {
  const { title, detail, tone } = describeEvent(make(type, PAYLOADS[type]))
  const said = `${title} ${detail ?? ''}`
  expect(title).not.toBe('')
  expect(tone).not.toBe('')
  expect(said).not.toMatch(/undefined|null|NaN|\[object|_/)
})

test.each(TYPES)('says that the content of a %s event was erased', (type) => {
  const description = describeEvent(make(type, null))
  expect(description).toMatchObject({ title: strings.types[type], detail: strings.erased })
})

test('shows what a browser said about a signal, and the words of answers, strikes and reasons', () => {
  const detailOf = (type: SessionEventType) => describeEvent(make(type, PAYLOADS[type])).detail
  expect(detailOf('signal.recorded')).toBe('characters: 240')
  expect(detailOf('answer.received')).toBe(`Because.\n${strings.withRecording}`)
  expect(detailOf('strike.issued')).toBe('Text was pasted into an answer.')
  expect(detailOf('strike.reviewed')).toBe('They pasted their own notes.')
  expect(detailOf('session.transitioned')).toBe('Power cut')
  expect(detailOf('session.prechecked')).toBe('Allowed: browser. Declined: camera.')
  expect(detailOf('media.stored')).toBe('1.4 MB, video/webm')
})

test('a type or a value that only a newer server knows is shown, not thrown at', () => {
  const unknown = { ...make('report.ready', null), type: 'session.teleported' } as unknown as SessionEvent
  expect(describeEvent(unknown).title).toBe(strings.unknownType('session.teleported'))
  const signal = { ...PAYLOADS['signal.recorded'], kind: 'yawn' } as unknown as never
  expect(describeEvent(make('signal.recorded', signal)).title).toBe('yawn')
})

test('only strikes that are not for information, endings and consequences look bad', () => {
  const toneOf = <Type extends SessionEventType>(type: Type, change: Partial<SessionEventPayloads[Type]>) =>
    describeEvent(make(type, { ...PAYLOADS[type], ...change })).tone
  expect(toneOf('strike.issued', { severity: 'info' })).toBe('warn')
  expect(toneOf('strike.issued', { severity: 'minor' })).toBe('bad')
  expect(toneOf('signal.recorded', { kind: 'sensor_unavailable' })).toBe('neutral')
  expect(toneOf('signal.recorded', { kind: 'tab_hidden' })).toBe('warn')
  expect(toneOf('strike.reviewed', {})).toBe('good')
})

test('who did it is told apart', () => {
  const by = (actor: string) => describeActor({ ...make('report.ready', null), actor })
  expect([by('system'), by('candidate:1'), by('member:2')]).toEqual([
    strings.actors.system,
    strings.actors.candidate,
    strings.actors.member,
  ])
})
