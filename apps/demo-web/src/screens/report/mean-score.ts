import type { Criterion, CriterionScore } from '@viva/client'

/**
 * The mean of all scores by the rubric's weights; null unless every criterion is scored: a mean over some of them would
 * look like one over all.
 */
export function meanScore(rubric: readonly Criterion[], scores: readonly CriterionScore[]): number | null {
  if (rubric.length === 0) return null
  let sum = 0
  let weights = 0
  for (const { id, weight } of rubric) {
    const given = scores.find(({ criterionId }) => criterionId === id)
    if (given?.status !== 'scored') return null
    sum += given.score * weight
    weights += weight
  }
  return sum / weights
}
