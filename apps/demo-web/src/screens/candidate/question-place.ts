import type { SessionEvent } from '@viva/client'

/** Where a question stands in the plan. */
export interface QuestionPlace {
  /** From 1, over the plan's questions; follow-ups have the number of what they follow. */
  index: number
  isFollowUp: boolean
}

/**
 * Counts through the plan by what was asked so far, since follow-ups take a position but no place in it. Null while the log
 * does not have the question yet.
 */
export function questionPlace(events: readonly SessionEvent[], questionId: string): QuestionPlace | null {
  let index = 0
  for (const { type, payload } of events) {
    if (type !== 'question.asked' || payload === null) continue
    if (payload.followUpOf === null) index += 1
    if (payload.questionId === questionId) return { index, isFollowUp: payload.followUpOf !== null }
  }
  return null
}
