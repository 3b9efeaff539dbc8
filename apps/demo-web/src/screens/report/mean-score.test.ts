import type { Criterion, CriterionScore } from '@viva/client'
import { expect, test } from 'vitest'
import { meanScore } from './mean-score.ts'

const criterion = (id: string, weight: number): Criterion => ({
  id,
  name: id,
  description: '',
  weight,
  anchors: [],
})
const scored = (criterionId: string, score: number): CriterionScore => ({
  criterionId,
  status: 'scored',
  score,
  reason: '',
  quotes: [],
})

test('scores count by their weights', () => {
  const rubric = [criterion('depth', 3), criterion('clarity', 1)]
  expect(meanScore(rubric, [scored('clarity', 5), scored('depth', 1)])).toBe(2)
})

test('there is no mean where a criterion is void, not scored or missing', () => {
  const rubric = [criterion('depth', 1), criterion('clarity', 1)]
  const isVoid: CriterionScore = { criterionId: 'clarity', status: 'void', why: 'no quote' }
  expect(meanScore(rubric, [scored('depth', 4), isVoid])).toBeNull()
  expect(meanScore(rubric, [scored('depth', 4), { ...isVoid, status: 'not_scored' }])).toBeNull()
  expect(meanScore(rubric, [scored('depth', 4)])).toBeNull()
  expect(meanScore([], [])).toBeNull()
})
