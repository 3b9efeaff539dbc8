import type { EventBatch, SessionEvent, SessionEventType } from '@viva/api/contract'
import type { Channel, ConnectionStatus, Stream } from './channel.ts'
import type { VivaError } from './errors.ts'
import { createListeners } from './listeners.ts'
import { pullIterator } from './pull-iterator.ts'

/** An event of one type, as listeners get it. */
export type EventOf<Type extends SessionEventType> = Extract<SessionEvent, { type: Type }>

/** The live log of one session. Resumes after every interruption: each event comes once, and in order. */
export interface EventFeed {
  /** How the live connection stands; `closed` as long as nobody listens. */
  readonly connection: ConnectionStatus
  /** @returns takes the listener away */
  onConnection(listener: (status: ConnectionStatus) => void): () => void
  /**
   * The session's events from the beginning, or after the event with seq `after`, and then as they happen. Ends when
   * `signal` aborts, on `break`, and on `close()`; throws where the user is signed out.
   *
   * @example
   * for await (const event of session.events({ after: lastSeen })) console.log(event.seq, event.type)
   */
  events(options?: {
    after?: number | undefined
    signal?: AbortSignal | undefined
  }): AsyncIterableIterator<SessionEvent, undefined>
  /**
   * Calls back for each event of one type (`*`: of all), from the beginning of the log on, in order.
   *
   * @returns takes the listener away
   * @example
   * const off = session.on('strike.issued', ({ payload }) => payload && warn(payload.message))
   */
  on<Type extends SessionEventType>(type: Type, listener: (event: EventOf<Type>) => void): () => void
  on(type: '*', listener: (event: SessionEvent) => void): () => void
  /** The server's clock as this device knows it: for timers that agree with the server's deadlines. */
  serverNow(): Date
}

/** A feed with what its owner needs of it. */
export interface OwnedFeed extends EventFeed {
  /** Goes on after the user has signed in again. */
  resume(): void
  /** Something from the server told its time. */
  setServerTime(at: string): void
  close(): void
}

interface Listener {
  type: string
  hear: (event: SessionEvent) => void
  /** How much of the log it has been told. */
  told: number
}

/**
 * Follows a session's log over `channel` while anybody listens. What came is kept, so that one subscription serves all
 * listeners, late ones too; a whole session is a few thousand events at most.
 */
export function createEventFeed(options: {
  channel: Channel
  path: 'sessions.events' | 'sessions.monitor'
  input: object
  report: (error: unknown) => void
}): OwnedFeed {
  const { channel, path, input, report } = options
  const log: SessionEvent[] = []
  const changes = createListeners<void>(report)
  const listeners = new Set<Listener>()
  let users = 0
  let stop: (() => void) | null = null
  let failure: VivaError | null = null
  let isClosed = false
  /** How far this device's clock is behind the server's, in ms. */
  let behind = 0

  function setServerTime(at: string): void {
    const time = Date.parse(at)
    if (!Number.isNaN(time)) behind = time - Date.now()
  }

  function receive(batch: EventBatch): void {
    setServerTime(batch.at)
    // The server repeats nothing after the cursor. A proxy that replays a response might.
    for (const event of batch.events) if (event.seq > (log.at(-1)?.seq ?? 0)) log.push(event)
    for (const listener of [...listeners]) tell(listener)
    changes.tell()
  }

  function tell(listener: Listener): void {
    for (let event = log[listener.told]; event && listeners.has(listener); event = log[listener.told]) {
      listener.told += 1
      if (listener.type !== '*' && listener.type !== event.type) continue
      try {
        listener.hear(event)
      } catch (error) {
        report(error)
      }
    }
  }

  const stream: Stream = {
    path,
    input,
    cursor: null,
    onData(data) {
      // The router's type says so; see `VivaApi`.
      receive(data as EventBatch)
      return false
    },
    onEnd(error) {
      stop = null
      if (error === null) return
      failure = error
      if (listeners.size > 0) report(error)
      changes.tell()
    },
  }

  function start(): void {
    if (stop !== null || isClosed || users === 0) return
    failure = null
    stop = channel.follow(stream)
  }

  /** @returns lets go; the last one ends the subscription */
  function use(): () => void {
    users += 1
    start()
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      users -= 1
      if (users > 0) return
      stop?.()
      stop = null
    }
  }

  return {
    get connection() {
      return channel.status()
    },
    onConnection: (listener) => channel.onStatus(listener),
    events({ after = 0, signal } = {}) {
      return pullIterator(() => {
        const release = use()
        let index = log.findIndex((event) => event.seq > after)
        if (index === -1) index = log.length
        return {
          take() {
            for (let event = log[index]; event; event = log[index]) {
              index += 1
              // What is not here yet when iteration starts may lie before `after`, too.
              if (event.seq > after) return { value: event }
            }
            return null
          },
          isOver() {
            if (failure) throw failure
            return isClosed
          },
          onChange: (listener) => changes.add(listener),
          release,
        }
      }, signal)
    },
    on(type: string, hear: (event: never) => void) {
      // `type` and the listener's parameter belong together by the overloads of the interface.
      const listener: Listener = { type, hear: hear as (event: SessionEvent) => void, told: 0 }
      listeners.add(listener)
      const release = use()
      queueMicrotask(() => tell(listener))
      return () => {
        listeners.delete(listener)
        release()
      }
    },
    serverNow: () => new Date(Date.now() + behind),
    resume: start,
    setServerTime,
    close() {
      isClosed = true
      stop?.()
      stop = null
      listeners.clear()
      changes.tell()
      changes.clear()
    },
  }
}
