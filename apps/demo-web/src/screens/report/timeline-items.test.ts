import type { SessionEvent } from '@viva/client'
import { expect, test } from 'vitest'
import { describeOffset, layOutTimeline, ticksOf } from './timeline-items.ts'

const at = (second: number) => `2026-01-31T09:00:${String(second).padStart(2, '0')}.000Z`
const session = { startedAt: at(0), closedAt: at(50) }

const asked = (seq: number, questionId: string, second: number): SessionEvent => ({
  seq,
  type: 'question.asked',
  at: at(second),
  actor: 'system',
  payload: {
    questionId,
    position: 1,
    text: 'Why?',
    planId: 'p',
    followUpOf: null,
    runId: null,
    deadlineAt: at(59),
  },
  hash: '',
})
const answered = (seq: number, questionId: string, second: number): SessionEvent => ({
  seq,
  type: 'answer.received',
  at: at(second),
  actor: 'candidate:1',
  payload: { answerId: 'a', questionId, text: '', mediaId: null, late: false, clientTime: null },
  hash: '',
})
const struck: SessionEvent = {
  seq: 4,
  type: 'strike.issued',
  at: at(30),
  actor: 'system',
  payload: {
    strikeId: 's',
    ruleId: 'r',
    severity: 'minor',
    message: 'Pasted.',
    signalSeqs: [],
    policyId: 'p',
    policyVersion: 1,
  },
  hash: '',
}

test('a question lasts until its answer, or else until the next question or the end', () => {
  const events = [asked(1, 'q1', 1), answered(2, 'q1', 9), asked(3, 'q2', 10), asked(5, 'q3', 20)]
  const { items } = layOutTimeline(session, events, [])
  const spans = items.filter(({ kind }) => kind === 'question')
  expect(spans.map(({ to }) => to)).toEqual([9, 20, 50].map((second) => Date.parse(at(second))))
})

test('a lifted strike looks otherwise than one that stands', () => {
  const strike = { id: 's', ruleId: 'r', severity: 'minor', message: '', signalSeqs: [], at: at(30) } as const
  const review = { decision: 'lifted', reason: 'ok', reviewer: { id: '', name: '' }, at: at(40) } as const
  const kinds = (made: typeof review | null) =>
    layOutTimeline(session, [struck], [{ ...strike, signalSeqs: [], signals: [], review: made }]).items.map(
      ({ kind }) => kind,
    )
  expect(kinds(null)).toEqual(['strike'])
  expect(kinds(review)).toEqual(['lifted'])
})

test('erased events keep their place', () => {
  const { items } = layOutTimeline(session, [{ ...struck, payload: null }], [])
  expect(items.map(({ seq, lane }) => [seq, lane])).toEqual([[4, 'strikes']])
})

test('times count from the begin of the interview, and say so where they are before it', () => {
  const zero = Date.parse(at(10))
  expect(describeOffset(zero + 65_500, zero)).toBe('1:05')
  expect(describeOffset(zero + 3_725_000, zero)).toBe('1:02:05')
  expect(describeOffset(zero - 4000, zero)).toBe('−0:04')
  expect(describeOffset(zero, zero)).toBe('0:00')
})

test('an axis has few ticks, at round times from the begin of the interview on', () => {
  const zero = Date.parse(at(0))
  const ticks = (from: number, to: number) =>
    ticksOf({ from: zero + from * 1000, to: zero + to * 1000, zero }).map((tick) => (tick - zero) / 1000)
  expect(ticks(0, 0.9)).toEqual([0])
  expect(ticks(-7, 20)).toEqual([-5, 0, 5, 10, 15, 20])
  expect(ticks(0, 3500)).toEqual([0, 600, 1200, 1800, 2400, 3000])
  expect(ticks(0, 9e6).length).toBeLessThan(8)
})
