import type { Session, SessionState } from '@viva/client'
import { Flag } from 'lucide-react'
import { events } from '#strings/events.ts'
import { sessions as strings } from '#strings/sessions.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'

const TONES: Record<SessionState, Tone> = {
  setup: 'neutral',
  precheck: 'accent',
  ready: 'accent',
  active: 'good',
  completed: 'neutral',
  ended: 'warn',
}

/** Where a session stands, and why where it ended early. */
export function StateBadge({ session }: { session: Pick<Session, 'state' | 'endReason'> }) {
  const { state, endReason } = session
  return (
    <Badge tone={TONES[state]}>
      {state === 'active' && <span aria-hidden className="size-2 rounded-full bg-current" />}
      {events.states[state]}
      {endReason !== null && `: ${events.endReasons[endReason]}`}
    </Badge>
  )
}

/** The strikes that stand, and whether they call for a person. */
export function StrikeBadges({ session }: { session: Pick<Session, 'strikeCount' | 'flagged'> }) {
  const { strikeCount, flagged } = session
  return (
    <>
      {strikeCount > 0 && <Badge tone={flagged ? 'bad' : 'warn'}>{strings.strikeCount(strikeCount)}</Badge>}
      {flagged && (
        <Badge tone="bad">
          <Flag aria-hidden className="size-3.5" />
          {strings.flagged}
        </Badge>
      )}
    </>
  )
}
