import type { Report } from '@viva/client'
import type { EvidenceEvent, JsonValue } from '@viva/client/evidence'
import { expect, test } from 'vitest'
import { compareReport } from './compare-report.ts'

const AT = '2026-01-31T09:00:00.000Z'
const REVIEWER = { id: 'rosa', name: 'Rosa' }

const event = (seq: number, type: string, payload: JsonValue, actor = 'system'): EvidenceEvent => ({
  seq,
  type,
  at: AT,
  actor,
  payload,
  salt: '00'.repeat(16),
  payloadHash: '',
  hash: '',
})
const erased = (found: EvidenceEvent): EvidenceEvent => ({ ...found, payload: null, salt: null })

const log: EvidenceEvent[] = [
  event(1, 'question.asked', {
    questionId: 'q1',
    position: 1,
    text: 'Why?',
    planId: 'p',
    followUpOf: null,
    runId: null,
    deadlineAt: AT,
  }),
  event(2, 'answer.received', {
    answerId: 'a1',
    questionId: 'q1',
    text: 'Because.',
    mediaId: null,
    late: false,
    clientTime: null,
  }),
  event(3, 'strike.issued', {
    strikeId: 's1',
    ruleId: 'r',
    severity: 'minor',
    message: 'Pasted.',
    signalSeqs: [2],
    policyId: 'p',
    policyVersion: 1,
  }),
  event(4, 'session.transitioned', {
    from: 'active',
    to: 'completed',
    action: 'finalize',
    reason: null,
    note: null,
  }),
  event(
    5,
    'strike.reviewed',
    { strikeId: 's1', decision: 'lifted', reason: 'A quote of the question.' },
    'member:rosa',
  ),
]

const report: Report = {
  id: null,
  status: 'ready',
  session: {
    id: 'session',
    companyId: 'company',
    interviewId: 'interview',
    interviewVersion: 1,
    interviewTitle: '',
    state: 'completed',
    endReason: null,
    candidate: { id: null, name: null, email: null },
    strikeCount: 0,
    flagged: false,
    createdAt: AT,
    startedAt: AT,
    deadlineAt: AT,
    closedAt: AT,
  },
  transcript: [
    {
      question: {
        id: 'q1',
        position: 1,
        text: 'Why?',
        planId: 'p',
        followUpOf: null,
        askedAt: AT,
        deadlineAt: AT,
        answered: true,
      },
      answers: [{ id: 'a1', text: 'Because.', mediaId: null, late: false, receivedAt: AT }],
    },
  ],
  scores: [],
  summary: null,
  strikes: [
    {
      id: 's1',
      ruleId: 'r',
      severity: 'minor',
      message: 'Pasted.',
      signalSeqs: [2],
      at: AT,
      signals: [],
      review: { decision: 'lifted', reason: 'A quote of the question.', reviewer: REVIEWER, at: AT },
    },
  ],
  media: [],
  chain: { ok: true, events: 5, erased: [], headHash: '', problems: [] },
  createdAt: AT,
}

/** The report with its first entry of the transcript changed. */
function answered(answers: Report['transcript'][number]['answers']): Report {
  return { ...report, transcript: report.transcript.map((entry) => ({ ...entry, answers })) }
}

test('a page that shows what the log says has no problem', () => {
  expect(compareReport(report, log)).toEqual([])
})

test('an answer with other words, one too many and one left out are each found', () => {
  const [own] = report.transcript[0]?.answers ?? []
  if (!own) throw new Error('the transcript has an answer')
  const other = answered([{ ...own, text: 'Because I am the best.' }])
  expect(compareReport(other, log)).toEqual([{ kind: 'shown', what: 'answer', seq: 2 }])
  const more = answered([own, { ...own, id: 'a2' }])
  expect(compareReport(more, log)).toEqual([{ kind: 'shown', what: 'answer', seq: null }])
  expect(compareReport(answered([]), log)).toEqual([{ kind: 'leftOut', what: 'answer', seq: 2 }])
})

test('a decision that nobody made, and one that was not shown, are found', () => {
  const [strike] = report.strikes
  if (!strike?.review) throw new Error('the strike was reviewed')
  const made = { ...report, strikes: [{ ...strike, review: { ...strike.review, reason: 'Invented.' } }] }
  expect(compareReport(made, log)).toEqual([{ kind: 'shown', what: 'decision', seq: 5 }])
  const silent = { ...report, strikes: [{ ...strike, review: null }] }
  expect(compareReport(silent, log)).toEqual([{ kind: 'leftOut', what: 'decision', seq: 5 }])
})

test('what came into the log after the page was read is not held against the page', () => {
  const later = event(
    6,
    'strike.reviewed',
    { strikeId: 's1', decision: 'confirmed', reason: 'Seen again.' },
    'member:rosa',
  )
  expect(compareReport(report, [...log, later])).toEqual([])
})

test('another state than the log’s last is found', () => {
  const running: Report = { ...report, session: { ...report.session, state: 'active' } }
  expect(compareReport(running, log)).toEqual([{ kind: 'shown', what: 'state', seq: 4 }])
})

test('what was erased vouches for nothing', () => {
  const [own] = report.transcript[0]?.answers ?? []
  if (!own) throw new Error('the transcript has an answer')
  const gone = answered([{ ...own, text: '' }])
  expect(compareReport(gone, log.map(erased))).toEqual([])
})
