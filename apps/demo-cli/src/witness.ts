import type { EventFeed, SessionEvent } from '@viva/client'
import { liveEvent } from './print.ts'

/** How long an event may take from the server to a listener, in ms. */
const ARRIVES_WITHIN_MS = 10_000

/** Somebody who follows a session live, and everything that they heard. */
export interface Witness {
  readonly events: readonly SessionEvent[]
  /** Resolves once an event arrived that `matches`. @throws where none arrives in time */
  heard(what: string, matches: (event: SessionEvent) => boolean): Promise<void>
}

/** Follows a session's live events, prints each as it arrives, and keeps it. */
export function follow(who: 'candidate' | 'reviewer', feed: Pick<EventFeed, 'on'>): Witness {
  const events: SessionEvent[] = []
  const waiting = new Set<() => void>()
  feed.on('*', (event) => {
    events.push(event)
    liveEvent(who, event)
    for (const look of [...waiting]) look()
  })
  return {
    events,
    heard: (what, matches) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!events.some(matches)) return
          end()
          resolve()
        }
        const late = setTimeout(() => {
          end()
          reject(new Error(`the ${who} was not told of ${what} within ${ARRIVES_WITHIN_MS / 1000} s`))
        }, ARRIVES_WITHIN_MS)
        const end = (): void => {
          clearTimeout(late)
          waiting.delete(look)
        }
        waiting.add(look)
        look()
      }),
  }
}
