import { SENSORS, type Session, type SessionEvent } from '@viva/client'
import { Flag } from 'lucide-react'
import type { ReactNode } from 'react'
import { events as eventStrings } from '#strings/events.ts'
import { report as strings } from '#strings/report.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Card } from '../../ui/card.tsx'
import { formatClock, formatDateTime } from '../../ui/format.ts'

const { facts } = strings

const TONES: Record<Session['state'], Tone> = {
  setup: 'neutral',
  precheck: 'neutral',
  ready: 'neutral',
  active: 'accent',
  completed: 'good',
  ended: 'warn',
}

/** Who, what, when, and what the candidate agreed to. */
export function SessionFacts({
  session,
  events,
  isLogHere,
}: {
  session: Session
  events: readonly SessionEvent[]
  /** Whether the log has been read to its end: what it does not say is then not there. */
  isLogHere: boolean
}) {
  const { candidate, state, endReason, startedAt, closedAt } = session
  const stateName = eventStrings.states[state]
  return (
    <Card title={facts.title}>
      <dl className="grid gap-x-6 gap-y-4 text-sm sm:grid-cols-2 lg:grid-cols-4">
        <Fact label={facts.candidate}>
          <span className="block font-medium wrap-anywhere">{candidate.name ?? strings.noCandidate}</span>
          {candidate.email !== null && <span className="text-muted wrap-anywhere">{candidate.email}</span>}
        </Fact>
        <Fact label={facts.interview}>
          <span className="wrap-anywhere">
            {strings.interview(session.interviewTitle, session.interviewVersion)}
          </span>
        </Fact>
        <Fact label={facts.state}>
          <Badge tone={TONES[state]}>
            {endReason === null
              ? stateName
              : facts.stateWithReason(stateName, eventStrings.endReasons[endReason])}
          </Badge>
        </Fact>
        <Fact label={facts.attention}>
          <span className="flex flex-wrap items-center gap-2">
            <Badge tone={session.flagged ? 'bad' : 'neutral'}>
              {session.flagged && <Flag aria-hidden className="size-3.5" />}
              {session.flagged ? facts.flagged : facts.notFlagged}
            </Badge>
            <span>{facts.strikes(session.strikeCount)}</span>
          </span>
        </Fact>
        <Fact label={facts.created}>
          <Moment at={session.createdAt} />
        </Fact>
        <Fact label={facts.started}>{startedAt === null ? facts.notStarted : <Moment at={startedAt} />}</Fact>
        <Fact label={facts.closed}>
          {closedAt === null ? facts.notClosed : <Moment at={closedAt} />}
          {closedAt !== null && startedAt !== null && (
            <span className="block text-muted">
              {facts.lasted(formatClock((Date.parse(closedAt) - Date.parse(startedAt)) / 1000))}
            </span>
          )}
        </Fact>
        <Fact label={facts.consents}>
          <Consents events={events} isLogHere={isLogHere} />
        </Fact>
      </dl>
    </Card>
  )
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="mb-0.5 text-muted">{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Moment({ at }: { at: string }) {
  return <time dateTime={at}>{formatDateTime(at)}</time>
}

/** The candidate's newest decision on each sensor, as the log has it. */
function Consents({ events, isLogHere }: { events: readonly SessionEvent[]; isLogHere: boolean }) {
  const consents = events.findLast((event) => event.type === 'session.prechecked')?.payload?.consents
  if (!consents) {
    return isLogHere ? (
      facts.noConsents
    ) : (
      <span aria-hidden className="block h-10 animate-pulse rounded bg-sunken" />
    )
  }
  const named = (decision: boolean) =>
    SENSORS.filter((sensor) => consents[sensor] === decision)
      .map((sensor) => eventStrings.sensors[sensor])
      .join(', ')
  const [allowed, declined] = [named(true), named(false)]
  if (!allowed && !declined) return facts.noConsents
  return (
    <>
      {allowed && <span className="block">{facts.allowed(allowed)}</span>}
      {declined && <span className="block text-muted">{facts.declined(declined)}</span>}
    </>
  )
}
