import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { isTerminal, type Session, type SessionEvent } from '@viva/client'
import { useEvents, useMonitor, useVivaQueries } from '@viva/client/react'
import { FileText, X } from 'lucide-react'
import { useEffect, useId, useMemo } from 'react'
import { monitor as strings } from '#strings/monitor.ts'
import { sessions } from '#strings/sessions.ts'
import { categoryOf, type EventCategory } from '../../events/event-category.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { ConnectionBadge } from '../../ui/connection-badge.tsx'
import { Failure, Loading } from '../../ui/states.tsx'
import { candidateName } from '../sessions/candidate-name.ts'
import { StateBadge, StrikeBadges } from '../sessions/session-badges.tsx'
import { EventTimeline } from './event-timeline.tsx'
import { TimeLeft } from './time-left.tsx'
import { useStrikeCall } from './use-strike-call.ts'

/** Which events the timelines show. */
export type EventFilter = 'all' | Exclude<EventCategory, 'course'>

interface WatchedProps {
  companyId: string
  sessionId: string
  filter: EventFilter
  /** Null for those who may not. */
  onEnd: ((session: Session) => void) | null
  onRemove: (name: string) => void
}

const PANEL = 'flex min-w-0 flex-col overflow-hidden rounded-xl border border-line bg-surface'

/** One session of the monitor: how it stands, and what happens in it. */
export function WatchedSession(props: WatchedProps) {
  const { companyId, sessionId, onRemove } = props
  const queries = useVivaQueries()
  const session = useQuery(queries.sessions.get.queryOptions({ companyId, sessionId }))
  if (session.data) return <Panel {...props} session={session.data} />
  return (
    <li className={`${PANEL} h-[clamp(22rem,70dvh,44rem)] gap-3 p-4`}>
      {session.isError ? (
        <>
          <Failure
            title={strings.notFound}
            error={session.error}
            {...(session.error.retryable && { onRetry: () => void session.refetch() })}
          />
          <Button size="small" className="self-start" onClick={() => onRemove(sessions.unnamed)}>
            {strings.removeUnknown}
          </Button>
        </>
      ) : (
        <Loading rows={5} />
      )}
    </li>
  )
}

/** Events after which a session stands otherwise than before. */
const CHANGES: ReadonlySet<SessionEvent['type']> = new Set([
  'session.claimed',
  'session.prechecked',
  'session.transitioned',
  'strike.issued',
  'strike.reviewed',
  'policy.applied',
])

function Panel({
  companyId,
  sessionId,
  session,
  filter,
  onEnd,
  onRemove,
}: WatchedProps & { session: Session }) {
  const id = useId()
  const name = candidateName(session)
  const feed = useMonitor({ companyId, sessionId })
  const events = useEvents(feed)
  const call = useStrikeCall(feed, events, name)
  useFreshSession(companyId, sessionId, events)
  const wanted = useMemo(
    () => (filter === 'all' ? events : events.filter(({ type }) => categoryOf(type) === filter)),
    [events, filter],
  )
  const isOver = isTerminal(session.state)
  return (
    <li className={`${PANEL} h-[clamp(26rem,70dvh,44rem)]`}>
      <p role="status" className="sr-only">
        {call}
      </p>
      <section aria-labelledby={id} className="flex min-h-0 grow flex-col">
        <div className="grid gap-2 border-b border-line p-3">
          <div className="flex items-start justify-between gap-2">
            <div className="grid min-w-0">
              <h2 id={id} className="truncate font-semibold">
                {name}
              </h2>
              <p className="truncate text-sm text-muted">{session.interviewTitle}</p>
            </div>
            <div className="flex shrink-0 items-center gap-1">
              <Link
                to="/c/$companyId/sessions/$sessionId"
                params={{ companyId, sessionId }}
                aria-label={sessions.report(name)}
                className="inline-flex size-9 items-center justify-center rounded-lg hover:bg-sunken"
              >
                <FileText aria-hidden className="size-5" />
              </Link>
              <Button
                variant="quiet"
                size="icon"
                aria-label={strings.remove(name)}
                onClick={() => onRemove(name)}
              >
                <X aria-hidden className="size-5" />
              </Button>
            </div>
          </div>
          <div className="flex flex-wrap items-center gap-1.5 *:flex">
            <StateBadge session={session} />
            <StrikeBadges session={session} />
            {!isOver && <ConnectionBadge feed={feed} />}
          </div>
          <div className="flex min-h-8 flex-wrap items-center justify-between gap-2">
            {isOver ? (
              <>
                <p className="text-sm text-muted">{strings.closed}</p>
                <ButtonLink
                  to="/c/$companyId/sessions/$sessionId"
                  params={{ companyId, sessionId }}
                  variant="primary"
                  size="small"
                >
                  {strings.openReport}
                </ButtonLink>
              </>
            ) : (
              <>
                <TimeLeft session={session} feed={feed} />
                {onEnd && (
                  <Button
                    size="small"
                    variant="quiet"
                    aria-label={sessions.endOne(name)}
                    onClick={() => onEnd(session)}
                  >
                    {sessions.end}
                  </Button>
                )}
              </>
            )}
          </div>
        </div>
        <EventTimeline
          // Another choice is another list: it starts at its newest again.
          key={filter}
          events={wanted}
          label={strings.timeline(name)}
          empty={events.length === 0 ? strings.waiting : strings.nothingOfKind}
        />
      </section>
    </li>
  )
}

/** Reads the session again after each event that changes it. */
function useFreshSession(companyId: string, sessionId: string, events: readonly SessionEvent[]): void {
  const queries = useVivaQueries()
  const queryClient = useQueryClient()
  const seq = events.findLast(({ type }) => CHANGES.has(type))?.seq
  useEffect(() => {
    if (seq === undefined) return
    void queryClient.invalidateQueries({ queryKey: queries.sessions.get.queryKey({ companyId, sessionId }) })
  }, [seq, companyId, sessionId, queries, queryClient])
}
