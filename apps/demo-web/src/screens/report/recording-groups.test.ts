import type { MediaObject, TranscriptEntry } from '@viva/client'
import { expect, test } from 'vitest'
import { groupRecordings } from './recording-groups.ts'

const AT = '2026-01-31T09:00:00.000Z'

const part = (id: string, second: number, more: Partial<MediaObject> = {}): MediaObject => ({
  id,
  sessionId: 'session',
  questionId: null,
  kind: 'video',
  contentType: 'video/webm',
  bytes: 1,
  sha256: null,
  status: 'stored',
  createdAt: AT.replace('00.000Z', `0${second}.000Z`),
  storedAt: null,
  ...more,
})

const entry = (id: string, position: number, mediaId: string | null = null): TranscriptEntry => ({
  question: {
    id,
    position,
    text: '',
    planId: '',
    followUpOf: null,
    askedAt: AT,
    deadlineAt: AT,
    answered: true,
  },
  answers: [{ id: `${id}-answer`, text: '', mediaId, late: false, receivedAt: AT }],
})

test('parts stand by question and kind, in the order in which they were made', () => {
  const groups = groupRecordings(
    [
      part('b', 2, { questionId: 'q1' }),
      part('sound', 1, { questionId: 'q1', kind: 'audio' }),
      part('second', 3, { questionId: 'q2' }),
      part('a', 1, { questionId: 'q1' }),
    ],
    [entry('q1', 1), entry('q2', 2)],
  )
  expect(groups.map(({ position, kind, parts }) => [position, kind, parts.map(({ id }) => id)])).toEqual([
    [1, 'audio', ['sound']],
    [1, 'video', ['a', 'b']],
    [2, 'video', ['second']],
  ])
})

test('a recording that names no question is found by the answer that names it, or comes last', () => {
  const groups = groupRecordings([part('loose', 1), part('named', 2)], [entry('q1', 1, 'named')])
  expect(groups.map(({ position, parts }) => [position, parts[0]?.id])).toEqual([
    [1, 'named'],
    [null, 'loose'],
  ])
})
