import type { SessionEvent, SessionHandle } from '@viva/client'
import { useEvents } from '@viva/client/react'
import { useMemo } from 'react'

/** A strike as its candidate sees it. */
export interface SeenStrike {
  id: string
  message: string
  at: string
  /** What a person decided, and why; null while nobody has. */
  review: { decision: 'confirmed' | 'lifted'; reason: string; at: string } | null
}

/** The strikes of a session with the newest decision on each, newest first. */
export function useStrikes(session: SessionHandle): readonly SeenStrike[] {
  const events = useEvents(session)
  return useMemo(() => strikesIn(events), [events])
}

/** The strikes in a log, newest first. */
function strikesIn(events: readonly SessionEvent[]): SeenStrike[] {
  const strikes = new Map<string, SeenStrike>()
  for (const { type, at, payload } of events) {
    if (type === 'strike.issued' && payload !== null) {
      const { strikeId: id, message } = payload
      strikes.set(id, { id, message, at, review: null })
    }
    if (type === 'strike.reviewed' && payload !== null) {
      const { strikeId, decision, reason } = payload
      const strike = strikes.get(strikeId)
      if (strike) strikes.set(strikeId, { ...strike, review: { decision, reason, at } })
    }
  }
  return [...strikes.values()].reverse()
}
