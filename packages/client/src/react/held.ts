import type { Viva } from '../viva.ts'
import type { Source } from './source.ts'

/** A render that React throws away holds what it got for this long, in ms: nothing tells of it. */
const UNCOMMITTED_MS = 10_000

/** How what components hold together is opened and closed. */
interface Kind<Handle> {
  /** What is to be held now: `current` where that is still good. */
  open: (current: Handle | null) => Handle
  /** What is to happen before it is closed, as long as nobody comes back, which `signal` tells. */
  finish?: (handle: Handle, signal: AbortSignal) => Promise<void>
  close: (handle: Handle) => void
}

/**
 * Something that components hold together: opened with the first that uses it, and closed after the last is gone. A
 * component that goes and comes back at once, as all do in StrictMode, keeps what it has.
 */
export function createHeld<Handle>(viva: Viva, { open, finish, close }: Kind<Handle>): Source<Handle> {
  let handle: Handle | null = null
  let users = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let finishing = new AbortController()

  function closeIn(ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => void closeUnused(), ms)
  }

  async function closeUnused(): Promise<void> {
    const held = handle
    if (users > 0 || held === null) return
    finishing = new AbortController()
    const { signal } = finishing
    // Where that fails, what was not sent is stored and goes out with the next handle.
    await finish?.(held, signal).catch(() => undefined)
    if (signal.aborted || handle !== held) return
    close(held)
    handle = null
  }

  return {
    get() {
      const next = open(handle)
      const isNew = next !== handle
      handle = next
      if (isNew && users === 0) closeIn(UNCOMMITTED_MS)
      return next
    },
    subscribe(listener) {
      users += 1
      finishing.abort()
      const off = viva.onUser(listener)
      return () => {
        off()
        users -= 1
        if (users === 0) closeIn(0)
      }
    },
  }
}
