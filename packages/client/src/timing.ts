import { aborted } from './errors.ts'

/** First and longest delay between tries, in ms. */
const FIRST_MS = 250
const LONGEST_MS = 15_000

/**
 * How long to wait before try `attempt`, counted from 0: doubling, and spread at random, so that a thousand clients that
 * lost the same server do not come back at the same moment.
 */
export function backoff(attempt: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt)
  return ceiling * (0.5 + Math.random() / 2)
}

/** Waits, and can be woken. */
export interface Sleeper {
  /** Resolves after `ms`, or as soon as somebody wakes it; rejects with ABORTED when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  wake(): void
}

export function createSleeper(): Sleeper {
  const sleeping = new Set<() => void>()
  return {
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(aborted(signal.reason))
        const end = (settle: () => void) => {
          clearTimeout(timer)
          sleeping.delete(wake)
          signal?.removeEventListener('abort', abort)
          settle()
        }
        const wake = () => end(resolve)
        const abort = () => end(() => reject(aborted(signal?.reason)))
        const timer = setTimeout(wake, ms)
        sleeping.add(wake)
        signal?.addEventListener('abort', abort)
      }),
    wake() {
      for (const wake of [...sleeping]) wake()
    },
  }
}

/** A promise with its outside ends; `Promise.withResolvers` is newer than the browsers and Nodes that this runs in. */
export interface Deferred<Value> {
  promise: Promise<Value>
  resolve(value: Value): void
  reject(error: unknown): void
}

export function deferred<Value>(): Deferred<Value> {
  let resolve: (value: Value) => void = () => undefined
  let reject: (error: unknown) => void = () => undefined
  const promise = new Promise<Value>((onValue, onError) => {
    resolve = onValue
    reject = onError
  })
  return { promise, resolve, reject }
}

/** The result of `work`, or ABORTED as soon as `signal` aborts. `work` itself goes on. */
export function unlessAborted<Result>(work: Promise<Result>, signal?: AbortSignal): Promise<Result> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const abort = () => reject(aborted(signal.reason))
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** Makes calls at the same time share one run of `work`. */
export function singleFlight<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let flight: Promise<Result> | null = null
  return () => {
    flight ??= work().finally(() => {
      flight = null
    })
    return flight
  }
}

/** Tokens count as over this long before they are: a call takes its time, too. */
const MARGIN_MS = 30_000
/** Whatever the two clocks say, a token that just came is used this long, and looked at again after at most this long. */
const SHORTEST_MS = 60_000
const LONGEST_LIFE_MS = 15 * 60_000

/** When to renew a token that came now, on this machine's clock, which need not agree with the server's. */
export function renewAt(expiresAt: string, now: number = Date.now()): number {
  const life = Math.min(LONGEST_LIFE_MS, Math.max(SHORTEST_MS, Date.parse(expiresAt) - now))
  return now + life - MARGIN_MS
}
