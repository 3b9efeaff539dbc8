import type { SessionEvent } from '@viva/client'
import { ArrowDown } from 'lucide-react'
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { monitor as strings } from '#strings/monitor.ts'
import { Button } from '../../ui/button.tsx'
import { EventRow } from './event-row.tsx'

/** Events in the page at once, and how many more come with each step back: thousands would make it slow. */
const STEP = 100
/** Nearer to the end than this, in px, the reader follows. */
const NEAR = 32

/** Where a reader who does not follow stands: the first event in the page, and the newest that they could see. */
interface Hold {
  first: number
  last: number
}

/**
 * A session's events in order, newest at the end and in view. A reader who scrolls up is left where they are until they
 * come back to the end.
 */
export function EventTimeline({
  events,
  label,
  empty,
}: {
  /** In the log's order. */
  events: readonly SessionEvent[]
  label: string
  empty: string
}) {
  const box = useRef<HTMLElement>(null)
  const [hold, setHold] = useState<Hold | null>(null)
  /** How far from its end the content was scrolled when earlier events were asked for. */
  const fromEnd = useRef<number | null>(null)

  const shown = hold === null ? events.slice(-STEP) : events.filter(({ seq }) => seq >= hold.first)
  const first = shown[0]?.seq ?? 0
  const last = events.at(-1)?.seq ?? 0
  const earlier = events.length - shown.length
  const missed = hold === null ? 0 : events.filter(({ seq }) => seq > hold.last).length

  const follow = () => setHold(null)
  // Keeps what is in the page, and what has been seen.
  const stay = useCallback(() => setHold((old) => old ?? { first, last }), [first, last])
  const onScroll = () => {
    const element = box.current
    if (!element) return
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight <= NEAR
    if (!isAtEnd) stay()
    else if (hold !== null) follow()
  }
  const showEarlier = () => {
    const element = box.current
    if (element) fromEnd.current = element.scrollHeight - element.scrollTop
    const index = events.findIndex(({ seq }) => seq === first)
    setHold({ first: events[Math.max(0, index - STEP)]?.seq ?? 0, last: hold?.last ?? last })
  }

  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    if (fromEnd.current !== null) {
      // What came above pushes nothing down.
      element.scrollTop = element.scrollHeight - fromEnd.current
      fromEnd.current = null
    } else if (hold === null) element.scrollTop = element.scrollHeight
  })
  useEffect(() => {
    const element = box.current
    if (!element || hold !== null) return
    // A box that becomes smaller would hide the newest.
    const observer = new ResizeObserver(() => {
      element.scrollTop = element.scrollHeight
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [hold])

  return (
    <div className="relative min-h-0 grow">
      <section
        ref={box}
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        onScroll={onScroll}
        className="absolute inset-0 overflow-y-auto overscroll-contain -outline-offset-2 [overflow-anchor:none]"
      >
        {earlier > 0 && (
          <div className="flex justify-center p-2">
            <Button size="small" onClick={showEarlier}>
              {strings.earlier(Math.min(STEP, earlier))}
            </Button>
          </div>
        )}
        {shown.length === 0 ? (
          <p className="px-4 py-10 text-center text-sm text-muted">{empty}</p>
        ) : (
          <ol className="grid divide-y divide-line">
            {shown.map((event) => (
              <EventRow key={event.seq} event={event} onReadOn={stay} />
            ))}
          </ol>
        )}
      </section>
      {hold !== null && (
        <div className="pointer-events-none absolute inset-x-0 bottom-2 flex justify-center">
          <Button
            variant="primary"
            size="small"
            className="pointer-events-auto shadow-lg"
            onClick={() => {
              follow()
              box.current?.focus({ preventScroll: true })
            }}
          >
            <ArrowDown aria-hidden className="size-4" />
            {missed > 0 ? strings.jumpNew(missed) : strings.jump}
          </Button>
        </div>
      )}
    </div>
  )
}
