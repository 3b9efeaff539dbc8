import { useSyncExternalStore } from 'react'

/** Something outside React that components show. */
export interface Source<Value> {
  /** What holds now: the same value, by identity, as long as nothing has changed. */
  get(): Value
  /** @returns takes the listener away */
  subscribe(listener: () => void): () => void
}

/** Shows a source: the component renders again whenever it changes, a change between render and effect included. */
export function useSource<Value>(source: Source<Value>): Value {
  return useSyncExternalStore(source.subscribe, source.get, source.get)
}

/**
 * A source for any number of components, which works for all of them at once and only while there are any.
 *
 * @param read gives the previous value back where nothing has changed
 * @param follow begins to watch, and calls back after each change; what it returns ends that
 */
export function createSource<Value>(
  read: (previous: Value | undefined) => Value,
  follow: (changed: () => void) => () => void,
): Source<Value> {
  // Wrapped, so that one listener added twice is two.
  const listeners = new Set<{ hear: () => void }>()
  let stop: (() => void) | null = null
  let value: Value | undefined
  const changed = () => {
    for (const { hear } of [...listeners]) hear()
  }
  return {
    get() {
      const next = read(value)
      value = next
      return next
    },
    subscribe(hear) {
      const listener = { hear }
      listeners.add(listener)
      stop ??= follow(changed)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        stop?.()
        stop = null
      }
    },
  }
}

/** What `make` makes, once for each owner and as long as that lives. */
export function oncePer<Owner extends object, Made>(make: (owner: Owner) => Made): (owner: Owner) => Made {
  const made = new WeakMap<Owner, Made>()
  return (owner) => {
    const known = made.get(owner)
    if (known !== undefined) return known
    const fresh = make(owner)
    made.set(owner, fresh)
    return fresh
  }
}
