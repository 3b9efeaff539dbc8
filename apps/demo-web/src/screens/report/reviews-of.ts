import type { SessionEvent, StrikeDecision } from '@viva/client'

/** A decision on a strike, as the log has it. */
export interface StrikeReviewEvent {
  seq: number
  at: string
  decision: StrikeDecision
  reason: string
  reviewerId: string
}

/** Every decision on a strike, oldest first. Erased ones no longer say which strike they are about. */
export function reviewsOf(events: readonly SessionEvent[], strikeId: string): StrikeReviewEvent[] {
  return events.flatMap((event) => {
    if (event.type !== 'strike.reviewed' || event.payload?.strikeId !== strikeId) return []
    const { seq, at, actor, payload } = event
    const { decision, reason } = payload
    return [{ seq, at, decision, reason, reviewerId: actor.replace(/^member:/, '') }]
  })
}
