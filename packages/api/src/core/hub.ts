import type { SessionEvent } from '../contract/index.ts'
import { HubStream, StreamWatch } from './hub-stream.ts'
import type { Bus, Hub, Logger, StreamName } from './ports.ts'

/** What the database says of a stream. */
export interface SweptStream {
  stream: StreamName
  /** The head, where heads can be compared. */
  head?: number
  /** Any text that differs whenever the stream has changed, where they cannot. */
  mark?: string
}

/** Asks the database about watched streams, all in one query; streams that it leaves out have not moved. */
export type Sweep = (streams: readonly StreamName[]) => Promise<readonly SweptStream[]>

export interface HubOptions {
  /** Carries pokes to other instances; absent where there is only one. */
  bus?: Bus | undefined
  log: Logger
  /** For how long pokes are gathered before they go out together, in ms. */
  coalesceMs?: number
  /** Finds what the bus lost. Absent: nothing is swept. */
  sweep?: Sweep | undefined
  /** From the end of a sweep to the next, in ms. */
  sweepMs?: number | undefined
}

/** A hub with its life: `start` subscribes to the bus and sweeps, `close` sends what is left and ends both. */
export interface RunningHub extends Hub, AsyncDisposable {
  start(): Promise<void>
  close(): Promise<void>
  /** How many streams and watchers there are now, for the metrics. */
  size(): { streams: number; watches: number }
}

/**
 * Makes the hub of an instance. A poke wakes local watchers at once and goes to the bus within `coalesceMs`, only the
 * highest head of each stream. What the bus loses is found twice: when it reports a gap every watcher is woken, and a
 * sweep compares watched streams with the database. So a watcher is late by one sweep at worst, and never misses.
 */
export function createHub(options: HubOptions): RunningHub {
  const { bus, log, coalesceMs = 8, sweep, sweepMs = 1000 } = options
  const streams = new Map<StreamName, HubStream>()
  const unsent = new Map<StreamName, number>()
  let flushTimer: NodeJS.Timeout | undefined
  let sweepTimer: NodeJS.Timeout | undefined
  let closed = false

  /** Tells local watchers of a poke. */
  function hear(name: StreamName, head: number, events?: readonly SessionEvent[]): void {
    const stream = streams.get(name)
    // Two pieces of work may be ordered in one millisecond, or committed the other way round: for a queue every poke is
    // news, and its head orders nothing.
    if (name.startsWith('work:')) stream?.doubt()
    else stream?.advance(head, events)
  }

  async function flush(): Promise<void> {
    clearTimeout(flushTimer)
    flushTimer = undefined
    if (!bus || unsent.size === 0) return
    const pokes = [...unsent].map(([stream, head]) => ({ stream, head }))
    unsent.clear()
    try {
      await bus.publish(pokes)
    } catch (error) {
      // Not sent again: the others' sweeps find it, and a queue that grows while the bus is down helps nobody.
      log.warn({ err: error, pokes: pokes.length }, 'pokes could not be published')
    }
  }

  async function runSweep(check: Sweep): Promise<void> {
    const watched = [...streams.keys()]
    try {
      for (const { stream, head, mark } of watched.length > 0 ? await check(watched) : []) {
        const state = streams.get(stream)
        if (!state) continue
        if (head !== undefined) state.advance(head)
        if (mark !== undefined && mark !== state.mark) {
          state.mark = mark
          state.doubt()
        }
      }
    } catch (error) {
      log.warn({ err: error, streams: watched.length }, 'watched streams could not be swept')
    }
    if (!closed) sweepTimer = setTimeout(() => void runSweep(check), sweepMs).unref()
  }

  async function close(): Promise<void> {
    if (closed) return
    closed = true
    clearTimeout(sweepTimer)
    await flush()
    // Watches stay as they are: their owners end them, and one that was woken here would only ask again.
    const { watches } = size()
    if (watches > 0) log.warn({ watches }, 'subscribers outlived the hub')
  }

  function size(): { streams: number; watches: number } {
    const watches = [...streams.values()].reduce((sum, stream) => sum + stream.watches.size, 0)
    return { streams: streams.size, watches }
  }

  return {
    poke(stream, head, events) {
      hear(stream, head, events)
      if (!bus || closed) return
      unsent.set(stream, Math.max(head, unsent.get(stream) ?? 0))
      flushTimer ??= setTimeout(() => void flush(), coalesceMs)
    },
    watch(name) {
      const stream = streams.get(name) ?? new HubStream()
      streams.set(name, stream)
      return new StreamWatch(stream, () => {
        if (stream.watches.size === 0) streams.delete(name)
      })
    },
    async start() {
      await bus?.subscribe({
        onPoke: (stream, head) => hear(stream, head),
        onGap: () => {
          for (const stream of streams.values()) stream.doubt()
        },
      })
      if (sweep && !closed) sweepTimer = setTimeout(() => void runSweep(sweep), sweepMs).unref()
    },
    close,
    size,
    [Symbol.asyncDispose]: close,
  }
}
