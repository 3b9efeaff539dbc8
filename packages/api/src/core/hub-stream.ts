import type { SessionEvent } from '../contract/index.ts'
import type { Watch } from './ports.ts'

/** How many of a log's newest events are held for subscribers that follow closely. */
const RING_SIZE = 256

interface Waiter {
  cursor: number
  wake(): void
}

/** One stream that somebody on this instance watches: its head, its newest events, and who waits for more. */
export class HubStream {
  /** The newest head known here; 0 while none is known. */
  head = 0
  /** What the last sweep saw, to notice a change of streams whose heads cannot be compared. */
  mark: string | null = null
  readonly watches = new Set<StreamWatch>()
  /** Consecutive events, oldest first. */
  #ring: SessionEvent[] = []

  /** Moves the head, keeps the events, and wakes those who wait for them. */
  advance(head: number, events: readonly SessionEvent[] = []): void {
    this.#keep(events)
    if (head <= this.head) return
    this.head = head
    for (const watch of this.watches) watch.wake(head)
  }

  /** Tells every watcher that something may have been missed. */
  doubt(): void {
    for (const watch of this.watches) watch.doubt()
  }

  after(cursor: number): readonly SessionEvent[] | null {
    const first = this.#ring[0]
    const last = this.#ring.at(-1)
    if (!first || !last || cursor + 1 < first.seq || cursor >= last.seq) return null
    return this.#ring.slice(cursor + 1 - first.seq)
  }

  /** Commits are numbered in order, but the pokes after them may overtake each other. */
  #keep(events: readonly SessionEvent[]): void {
    const first = events[0]
    const last = events.at(-1)
    if (!first || !last) return
    const ringFirst = this.#ring[0]
    const ringLast = this.#ring.at(-1)
    if (!ringFirst || !ringLast) this.#ring = [...events]
    else if (first.seq === ringLast.seq + 1) this.#ring.push(...events)
    else if (last.seq === ringFirst.seq - 1) this.#ring.unshift(...events)
    else if (first.seq > ringLast.seq) this.#ring = [...events]
    if (this.#ring.length > RING_SIZE) this.#ring = this.#ring.slice(-RING_SIZE)
  }
}

/** One subscriber's view of a stream. */
export class StreamWatch implements Watch {
  readonly #stream: HubStream
  readonly #onClose: (watch: StreamWatch) => void
  readonly #waiters = new Set<Waiter>()
  #closed = false
  /** Something may have been missed, and `passed` has not said so yet. */
  #alarm = false
  /** Something may have been missed, and the database has not been read since. */
  #stale: boolean

  constructor(stream: HubStream, onClose: (watch: StreamWatch) => void) {
    this.#stream = stream
    this.#onClose = onClose
    // Nobody followed the stream until now, so nothing is known of it but what the database says.
    this.#stale = stream.head === 0
    stream.watches.add(this)
  }

  head(): number {
    return this.#stream.head
  }

  recent(cursor: number): readonly SessionEvent[] | null {
    const held = this.#stream.after(cursor)
    if (held) return held
    if (this.#stale || this.#stream.head > cursor) {
      this.#stale = false
      return null
    }
    return []
  }

  async passed(cursor: number, timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (this.#alarm || this.#closed || signal.aborted || this.#stream.head > cursor) {
      this.#alarm = false
      return
    }
    await new Promise<void>((resolve) => {
      const finish = (): void => {
        this.#waiters.delete(waiter)
        clearTimeout(timer)
        signal.removeEventListener('abort', finish)
        resolve()
      }
      const waiter: Waiter = { cursor, wake: finish }
      // Who waits for news has a connection that keeps the process alive; the wait itself must not.
      const timer = setTimeout(finish, timeoutMs).unref()
      signal.addEventListener('abort', finish)
      this.#waiters.add(waiter)
    })
  }

  wake(head: number): void {
    for (const waiter of this.#waiters) if (head > waiter.cursor) waiter.wake()
  }

  doubt(): void {
    this.#stale = true
    // One who waits hears it now; one who is busy hears it at the next wait.
    this.#alarm = this.#waiters.size === 0
    for (const waiter of this.#waiters) waiter.wake()
  }

  [Symbol.dispose](): void {
    if (this.#closed) return
    this.#closed = true
    this.#stream.watches.delete(this)
    for (const waiter of this.#waiters) waiter.wake()
    this.#onClose(this)
  }
}
