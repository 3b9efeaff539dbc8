import type { Clock } from '../core/ports.ts'

/** The machine's clock with an offset that a test moves: time goes on by itself, and jumps when told to. */
export interface TestClock extends Clock {
  /** Moves the clock by so many ms, back where negative. */
  advance(milliseconds: number): void
}

export function createTestClock(): TestClock {
  let offset = 0
  return {
    now: () => new Date(Date.now() + offset),
    advance(milliseconds) {
      offset += milliseconds
    },
  }
}
