/** Something that has items now and then. */
export interface PullSource<Item> {
  /** The next item, or null where there is none yet. */
  take(): { value: Item } | null
  /** Whether no more will come. Throws where that is because of an error. */
  isOver(): boolean
  /** Calls back whenever either may have changed. @returns stops that */
  onChange(listener: () => void): () => void
}

/**
 * An async iterator over a source. Unlike a generator it can be ended from outside while somebody waits for an item:
 * by `return()`, or quietly by `signal`.
 */
export function pullIterator<Item>(
  open: () => PullSource<Item> & { release(): void },
  signal?: AbortSignal,
): AsyncIterableIterator<Item, undefined> {
  let source: (PullSource<Item> & { release(): void }) | null = null
  let wake: (() => void) | null = null
  let off: (() => void) | null = null
  let isDone = false

  const change = () => wake?.()
  function finish(): void {
    if (isDone) return
    isDone = true
    signal?.removeEventListener('abort', finish)
    off?.()
    source?.release()
    change()
  }

  async function next(): Promise<IteratorResult<Item, undefined>> {
    if (source === null && !isDone) {
      if (signal?.aborted) finish()
      else {
        source = open()
        off = source.onChange(change)
        signal?.addEventListener('abort', finish)
      }
    }
    while (!isDone && source !== null) {
      const item = source.take()
      if (item) return { done: false, value: item.value }
      try {
        if (source.isOver()) break
      } catch (error) {
        finish()
        throw error
      }
      await new Promise<void>((resolve) => {
        wake = resolve
      })
      wake = null
    }
    finish()
    return { done: true, value: undefined }
  }

  // Calls of `next` that do not wait for each other get the items in the order of the calls.
  let last: Promise<unknown> = Promise.resolve()
  return {
    next() {
      const result = last.then(next)
      last = result.catch(() => undefined)
      return result
    },
    return() {
      finish()
      return Promise.resolve({ done: true, value: undefined })
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
