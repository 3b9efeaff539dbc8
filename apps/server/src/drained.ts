import type { TransportLimits } from './limits.ts'

const POLL_MS = 25

/**
 * Makes `RequestFacts.drained` for one connection: at once while its buffer is small, later when it has emptied. A
 * connection that stays full past the deadline is cut: its client comes back and goes on from its cursor, and memory
 * here is not the client's to fill.
 */
export function createDrained(
  connection: { bufferedBytes(): number; cut(): void },
  limits: Pick<TransportLimits, 'maxBufferedBytes' | 'slowConsumerMs'>,
): (signal: AbortSignal) => Promise<void> {
  const isFull = (): boolean => connection.bufferedBytes() > limits.maxBufferedBytes
  return async (signal) => {
    if (!isFull()) return
    const deadline = performance.now() + limits.slowConsumerMs
    while (isFull() && !signal.aborted) {
      if (performance.now() >= deadline) return connection.cut()
      await pause(signal)
    }
  }
}

/** `ws` tells nobody when its buffer empties, so a full one is looked at again; only slow consumers cost this. */
function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, POLL_MS)
    signal.addEventListener('abort', finish)
  })
}
