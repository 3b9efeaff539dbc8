import type { Viva } from '../viva.ts'
import type { Source } from './source.ts'

/** A render that React throws away holds what it got for this long, in ms: nothing tells of it. */
const UNCOMMITTED_MS = 10_000

/** How what components hold together is opened and closed. */
interface Kind<Handle> {
  /** What is to be held now: `current` where that is still good. */
  open: (current: Handle | null) => Handle
  close: (handle: Handle) => void
  /** Calls back once nothing speaks against closing any more; null where nothing does. */
  whenIdle?: (handle: Handle, idle: () => void) => (() => void) | null
}

/**
 * Something that components hold together: opened with the first that uses it, and closed after the last is gone. A
 * component that goes and comes back at once, as all do in StrictMode, keeps what it has.
 */
export function createHeld<Handle>(viva: Viva, { open, close, whenIdle }: Kind<Handle>): Source<Handle> {
  let handle: Handle | null = null
  let users = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopWaiting: (() => void) | null = null

  function closeIn(ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(closeUnused, ms)
  }

  function closeUnused(): void {
    stopWaiting?.()
    stopWaiting = null
    if (users > 0 || handle === null) return
    stopWaiting = whenIdle?.(handle, closeUnused) ?? null
    if (stopWaiting !== null) return
    close(handle)
    handle = null
  }

  return {
    get() {
      const next = open(handle)
      if (next !== handle && users === 0) closeIn(UNCOMMITTED_MS)
      handle = next
      return next
    },
    subscribe(listener) {
      users += 1
      const off = viva.onUser(listener)
      return () => {
        off()
        users -= 1
        if (users === 0) closeIn(0)
      }
    },
  }
}
