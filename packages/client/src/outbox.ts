import { aborted, isSignedOut, isVivaError, toVivaError, type VivaError } from './errors.ts'
import type { Store } from './storage.ts'
import { createSleeper, type Deferred, deferred, unlessAborted } from './timing.ts'

/** What waits to be sent. */
export interface OutboxEntry {
  /** Unique; where the call takes an idempotency key, that. */
  id: string
}

/** Sends what is put into it, in order, as soon and as often as it takes. */
export interface Outbox<Entry extends OutboxEntry, Receipt> {
  /** Stores an entry. Resolves once it is stored, with the receipt still to come. */
  put(entry: Entry): Promise<{ receipt: Promise<Receipt> }>
  /** How many entries wait. */
  pending(): number
  /** Sends now. @param keepalive also when the page goes away */
  send(keepalive?: boolean): void
  /** Resolves once nothing waits any more; rejects where the candidate is not signed in, or `signal` aborts. */
  flush(signal?: AbortSignal): Promise<void>
  close(): void
}

export interface OutboxOptions<Entry extends OutboxEntry, Receipt> {
  name: string
  store: Store
  /** Most entries in one call. */
  batch: number
  /** How long entries may wait for others to go with them, in ms. */
  delayMs: number
  /** Entries that go at once without waiting for more. */
  enough: number
  /** What `prepare` needs from the server. */
  ready?: () => Promise<void>
  /** Completes entries before they are sent for the first time; what it returns is stored. */
  prepare?: (entries: Entry[]) => Entry[] | Promise<Entry[]>
  deliver: (entries: Entry[], keepalive: boolean) => Promise<Receipt>
  /** The server will never take these. Resolves once that is stored. */
  refused: (entries: Entry[], error: VivaError) => Promise<void>
  retryDelayMs: (attempt: number) => number
  pendingChanged: () => void
  report: (error: unknown) => void
}

interface Waiter<Entry, Receipt> extends Deferred<Receipt> {
  entry: Entry
  isStored: boolean
}

/**
 * A queue in the storage, which survives reloads and is shared by tabs. An entry leaves it only when the server has
 * acknowledged or refused it, so after a lost answer it is sent again, which its idempotency makes harmless.
 */
export function createOutbox<Entry extends OutboxEntry, Receipt>(
  options: OutboxOptions<Entry, Receipt>,
): Outbox<Entry, Receipt> {
  const { name, store, deliver, report } = options
  const waiters = new Map<string, Waiter<Entry, Receipt>>()
  const flushes = new Set<Deferred<void>>()
  const sleeper = createSleeper()
  let waiting = 0
  let isClosed = false
  let isSending = false
  let again = false
  let outlives = false
  let timer: ReturnType<typeof setTimeout> | null = null
  /** How many entries go in the next call; one by one after a call was refused for one of its entries. */
  let most = options.batch

  /** Changes the stored entries. */
  function change(work: (entries: Entry[]) => Entry[] | Promise<Entry[]>): Promise<Entry[]> {
    return store.alone(name, async () => {
      const before = (await store.read<Entry[]>(name)) ?? []
      const after = await work(before)
      if (after !== before) await (after.length > 0 ? store.write(name, after) : store.remove(name))
      if (waiting !== after.length) {
        waiting = after.length
        options.pendingChanged()
      }
      return after
    })
  }

  function settle(id: string, work: (waiter: Waiter<Entry, Receipt>) => void): void {
    const waiter = waiters.get(id)
    waiters.delete(id)
    if (waiter) work(waiter)
  }

  /** Sends the next entries; false where there are none. Throws what trying again may mend. */
  async function sendNext(): Promise<boolean> {
    const stored = await change((entries) => entries)
    if (stored.length > 0) await options.ready?.()
    const entries = options.prepare ? await change(options.prepare) : stored
    const batch = entries.slice(0, most)
    if (batch.length === 0) return replayMissing()
    try {
      const receipt = await deliver(batch, outlives)
      await remove(batch)
      for (const { id } of batch) settle(id, (waiter) => waiter.resolve(receipt))
    } catch (error) {
      if (!isRefusal(error)) throw error
      if (batch.length > 1 && error.code === 'INVALID_INPUT') {
        most = 1
        return true
      }
      await options.refused(batch, error)
      await remove(batch)
      for (const { id } of batch) settle(id, (waiter) => waiter.reject(error))
      most = options.batch
    }
    return true
  }

  function remove(batch: Entry[]): Promise<Entry[]> {
    const ids = new Set(batch.map(({ id }) => id))
    return change((entries) => entries.filter(({ id }) => !ids.has(id)))
  }

  /** What another tab has sent: the same key gives its receipt once more. */
  async function replayMissing(): Promise<boolean> {
    for (const { entry, isStored } of [...waiters.values()]) {
      if (!isStored) continue
      try {
        const receipt = await deliver([entry], false)
        settle(entry.id, (waiter) => waiter.resolve(receipt))
      } catch (error) {
        if (!isRefusal(error)) throw error
        settle(entry.id, (waiter) => waiter.reject(error))
      }
    }
    return false
  }

  async function sendAll(): Promise<void> {
    let attempt = 0
    do {
      again = false
      try {
        while (!isClosed && (await store.alone(`${name}:send`, sendNext))) attempt = 0
        if (!isClosed && !again) endFlushes((flush) => flush.resolve())
      } catch (error) {
        if (isClosed) return
        if (isNotTheirs(error)) {
          // Nothing is lost: it goes on when the candidate has signed in.
          report(error)
          endFlushes((flush) => flush.reject(error))
          return
        }
        if (isVivaError(error, 'INTERNAL')) report(error)
        // Requests that outlive the page may carry little; whoever is still here to try again needs none.
        outlives = false
        await sleeper.sleep(retryAfter(error) ?? options.retryDelayMs(attempt))
        attempt += 1
        again = true
      }
    } while (again && !isClosed)
  }

  /** Sends, unless that is going on; after a failure it goes on when its time has come. */
  function begin(): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
    again = true
    if (isSending || isClosed) return
    isSending = true
    sendAll()
      .catch(report)
      .finally(() => {
        isSending = false
        outlives = false
        if (again && !isClosed) begin()
      })
  }

  function send(keepalive = false): void {
    outlives = keepalive
    begin()
    sleeper.wake()
  }

  function endFlushes(work: (flush: Deferred<void>) => void): void {
    for (const flush of flushes) work(flush)
    flushes.clear()
  }

  return {
    async put(entry) {
      if (isClosed) throw aborted(new Error('this session handle is closed'))
      const waiter = { ...deferred<Receipt>(), entry, isStored: false }
      // Whoever wants the receipt has its rejection, too; nobody else needs to handle it.
      waiter.promise.catch(() => undefined)
      waiters.set(entry.id, waiter)
      await change((entries) => [...entries, entry])
      waiter.isStored = true
      if (waiting >= options.enough) begin()
      else timer ??= setTimeout(begin, options.delayMs)
      return { receipt: waiter.promise }
    },
    pending: () => waiting,
    send,
    flush(signal) {
      if (isClosed) return Promise.reject(aborted(new Error('this session handle is closed')))
      const flush = deferred<void>()
      flushes.add(flush)
      send()
      return unlessAborted(flush.promise, signal).finally(() => flushes.delete(flush))
    },
    close() {
      isClosed = true
      if (timer !== null) clearTimeout(timer)
      sleeper.wake()
      const error = aborted(new Error('this session handle is closed'))
      for (const { reject } of waiters.values()) reject(error)
      waiters.clear()
      endFlushes((flush) => flush.reject(error))
    },
  }
}

/** Whether the server has said no, and would say it again. */
function isRefusal(error: unknown): error is VivaError {
  return isVivaError(error) && !error.retryable && !isNotTheirs(error) && error.code !== 'ABORTED'
}

/** Whether the entries are somebody's who is not signed in here now: the session is not to be found for anybody else. */
function isNotTheirs(error: unknown): boolean {
  if (isVivaError(error, 'NOT_FOUND')) return error.details.resource === 'session'
  return isSignedOut(error)
}

/** How long the server asks to wait, in ms; null where it does not say. */
export function retryAfter(error: unknown): number | null {
  const known = toVivaError(error)
  return isVivaError(known, 'RATE_LIMITED', 'OVERLOADED') ? known.details.retryAfterSeconds * 1000 : null
}
