import type { SessionEvent } from '@viva/api/contract'
import { useMemo } from 'react'
import type { ConnectionStatus } from '../channel.ts'
import type { EventFeed } from '../event-feed.ts'
import { createSource, oncePer, type Source, useSource } from './source.ts'

/**
 * How the live connection of a session or a monitor stands; `closed` as long as nobody listens to its events.
 *
 * @example
 * const status = useConnection(session)
 * if (status === 'offline') return <p>You are offline. What you write is kept and sent later.</p>
 */
export function useConnection(feed: EventFeed): ConnectionStatus {
  return useSource(connectionOf(feed))
}

/**
 * All events of a session's log so far, in order, and those that come. The same array as long as none does. A reviewer's
 * feed has types that the candidate's session has not.
 *
 * @example
 * const strikes = useEvents(feed).filter((event) => event.type === 'strike.issued')
 */
export function useEvents(feed: EventFeed): readonly SessionEvent[] {
  return useSource(eventsOf(feed))
}

/**
 * The server's clock, told every `everyMs`: for timers that agree with the server's deadlines. Ticks when the server's
 * time is a multiple of that, so that all timers of a page go together.
 *
 * @example
 * const now = useServerNow(session)
 * const secondsLeft = Math.max(0, Math.ceil((Date.parse(question.deadlineAt) - now.getTime()) / 1000))
 */
export function useServerNow(feed: Pick<EventFeed, 'serverNow'>, everyMs = 1000): Date {
  return useSource(useMemo(() => clockOf(feed, everyMs), [feed, everyMs]))
}

const connectionOf = oncePer((feed: EventFeed) =>
  createSource<ConnectionStatus>(
    () => feed.connection,
    (changed) => feed.onConnection(changed),
  ),
)

const eventsOf = oncePer((feed: EventFeed): Source<readonly SessionEvent[]> => {
  const log: SessionEvent[] = []
  return createSource<readonly SessionEvent[]>(
    (previous) => (previous?.length === log.length ? previous : [...log]),
    (changed) => {
      let isTold = true
      return feed.on('*', (event) => {
        // The feed tells its log from the beginning to each listener; this one may have heard some of it before.
        if (event.seq <= (log.at(-1)?.seq ?? 0)) return
        log.push(event)
        if (!isTold) return
        // Events come in batches of up to a whole log: once for each.
        isTold = false
        queueMicrotask(() => {
          isTold = true
          changed()
        })
      })
    },
  )
})

function clockOf(feed: Pick<EventFeed, 'serverNow'>, everyMs: number): Source<Date> {
  if (!(everyMs >= 1)) throw new RangeError('everyMs must be at least 1 ms.')
  let now = feed.serverNow()
  return createSource<Date>(
    () => now,
    (changed) => {
      let timer: ReturnType<typeof setTimeout>
      const tick = () => {
        now = feed.serverNow()
        timer = setTimeout(tick, everyMs - (now.getTime() % everyMs))
        changed()
      }
      tick()
      return () => clearTimeout(timer)
    },
  )
}
