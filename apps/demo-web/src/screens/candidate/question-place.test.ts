import type { SessionEvent } from '@viva/client'
import { expect, test } from 'vitest'
import { questionPlace } from './question-place.ts'

const asked = (seq: number, questionId: string, followUpOf: string | null = null): SessionEvent => ({
  seq,
  type: 'question.asked',
  at: '2026-01-01T00:00:00.000Z',
  actor: 'system',
  hash: '',
  payload: { questionId, position: seq, text: '', planId: '', followUpOf, runId: null, deadlineAt: '' },
})

test('a follow-up has the number of the question it follows, and the next one goes on from there', () => {
  const events = [asked(1, 'one'), asked(2, 'more', 'one'), asked(3, 'two')]
  expect(questionPlace(events, 'one')).toEqual({ index: 1, isFollowUp: false })
  expect(questionPlace(events, 'more')).toEqual({ index: 1, isFollowUp: true })
  expect(questionPlace(events, 'two')).toEqual({ index: 2, isFollowUp: false })
})

test('a question that is not in the log yet has no place', () => {
  expect(questionPlace([asked(1, 'one')], 'two')).toBeNull()
})
