import { onTestFinished, vi } from 'vitest'

/**
 * For the rest of a test the second after which signals go by themselves never ends: what is sent was sent for another
 * reason, however long the machine stands still. Gives how many such seconds have begun.
 */
export function holdSignals(): () => number {
  const start = globalThis.setTimeout
  let held = 0
  const starting = vi.spyOn(globalThis, 'setTimeout').mockImplementation(((
    work: (...args: unknown[]) => void,
    ms?: number,
    ...args: unknown[]
  ) => {
    // The server is in this process, and its seconds go on.
    const isOutbox = work.name === 'begin' && ms === 1000
    if (isOutbox) held += 1
    return start(work, isOutbox ? 3_600_000 : ms, ...args)
  }) as typeof setTimeout)
  onTestFinished(() => starting.mockRestore())
  return () => held
}
