import type { SessionEvent } from '@viva/client'
import { useEffect, useMemo, useRef, useState } from 'react'
import { report as strings } from '#strings/report.ts'
import { describeActor, describeEvent } from '../../events/describe-event.ts'
import { Badge } from '../../ui/badge.tsx'
import { Card } from '../../ui/card.tsx'
import { formatTime } from '../../ui/format.ts'
import { eventAnchor, goTo, useJumps } from './jumps.tsx'
import type { Verification } from './verify-report.ts'

const { log: words } = strings

/** Every event, folded away until somebody wants it or follows a link to one of them. */
export function EventLog({
  events,
  verification,
}: {
  events: readonly SessionEvent[]
  /** What this browser found, if it has verified the log. */
  verification: Verification | undefined
}) {
  const { shownEvent } = useJumps()
  const [isOpen, setOpen] = useState(false)
  const shown = useRef<object | null>(null)
  const isThere = shownEvent !== null && events.some(({ seq }) => seq === shownEvent.seq)
  useEffect(() => {
    // Each request is followed once: events that come later take the focus from nobody.
    if (!isThere || shown.current === shownEvent) return
    if (!isOpen) {
      setOpen(true)
      return
    }
    shown.current = shownEvent
    goTo(document.getElementById(eventAnchor(shownEvent.seq)))
  }, [isThere, isOpen, shownEvent])
  const broken = useMemo(
    () =>
      new Set([
        ...(verification?.bundle.problems ?? []).map(({ seq }) => seq),
        ...(verification ? events.filter((event) => !verification.matches(event)) : []).map(({ seq }) => seq),
      ]),
    [verification, events],
  )
  return (
    <Card title={words.title} description={words.description}>
      {events.length === 0 ? (
        <p className="min-h-6 text-sm text-muted">{words.empty}</p>
      ) : (
        <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary className="min-h-6 w-fit rounded text-sm font-medium">{words.show(events.length)}</summary>
          {isOpen && (
            <ol className="mt-3 grid divide-y divide-line">
              {events.map((event) => (
                <Row key={event.seq} event={event} isBroken={broken.has(event.seq)} />
              ))}
            </ol>
          )}
        </details>
      )}
    </Card>
  )
}

function Row({ event, isBroken }: { event: SessionEvent; isBroken: boolean }) {
  const { title, detail, icon: Icon } = describeEvent(event)
  return (
    <li
      id={eventAnchor(event.seq)}
      tabIndex={-1}
      className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1 py-2 text-sm [contain-intrinsic-size:auto_3.5rem] [content-visibility:auto] print:[content-visibility:visible] target:bg-accent-soft focus:bg-accent-soft"
    >
      <Icon aria-hidden className={`mt-0.5 size-4 ${isBroken ? 'text-bad' : 'text-muted'}`} />
      <div className="grid min-w-0 gap-0.5">
        <div className="flex flex-wrap items-center gap-x-3">
          <span className="font-medium wrap-anywhere">{title}</span>
          {isBroken && <Badge tone="bad">{words.broken}</Badge>}
          <span className="text-muted">
            <time dateTime={event.at} className="tabular-nums">
              {formatTime(event.at)}
            </time>
            , {describeActor(event)}, {words.seq(event.seq)}
          </span>
        </div>
        {detail !== undefined && <p className="whitespace-pre-wrap wrap-anywhere">{detail}</p>}
        <p className="text-xs text-muted wrap-anywhere">
          {words.hash} <code className="font-mono">{event.hash}</code>
        </p>
      </div>
    </li>
  )
}
