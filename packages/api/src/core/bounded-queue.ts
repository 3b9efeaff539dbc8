import { AppError } from './errors.ts'
import type { InTurn } from './ports.ts'

/**
 * Runs at most `concurrency` pieces of work at once, first come first served, and turns away what would wait too long.
 *
 * @param limits.maxQueued pieces that may wait; one more throws OVERLOADED with the seconds after which to try again
 */
export function boundedQueue(limits: { concurrency: number; maxQueued: number }): InTurn {
  const waiting: (() => void)[] = []
  let running = 0
  /** How long the last one took, in ms: what the next ones will take. */
  let lastMs = 50

  return async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (running >= limits.concurrency) {
      if (waiting.length >= limits.maxQueued) {
        const seconds = Math.ceil((waiting.length * lastMs) / limits.concurrency / 1000)
        throw new AppError('OVERLOADED', 'The server is busy. Try again in a moment.', {
          retryAfterSeconds: Math.max(1, seconds),
        })
      }
      // The one that finishes hands its place over, so `running` stays as it is.
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else {
      running += 1
    }
    const started = performance.now()
    try {
      return await work()
    } finally {
      lastMs = performance.now() - started
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}
