import type { Logger } from '@viva/api'

const QUIET_MS = 60_000

/** Says that shared counters cannot be reached, at most once a minute: every single call would say so otherwise. */
export function outageReporter(log: Logger, store: string) {
  let saidAt = Number.NEGATIVE_INFINITY
  return {
    report(error: unknown): void {
      if (performance.now() - saidAt < QUIET_MS) return
      saidAt = performance.now()
      log.warn({ err: error }, `${store} does not answer: rate limits are counted by this instance alone`)
    },
  }
}
