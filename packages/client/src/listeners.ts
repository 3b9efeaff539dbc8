/** Those who want to hear of something. */
export interface Listeners<Value> {
  /** @returns takes the listener away */
  add(listener: (value: Value) => void): () => void
  /** Tells all. A listener that throws is reported and does not keep the others from hearing. */
  tell(value: Value): void
  clear(): void
}

export function createListeners<Value>(report: (error: unknown) => void): Listeners<Value> {
  // Wrapped, so that one function added twice is two listeners.
  const listeners = new Set<{ hear: (value: Value) => void }>()
  return {
    add(hear) {
      const listener = { hear }
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    tell(value) {
      for (const { hear } of [...listeners]) {
        try {
          hear(value)
        } catch (error) {
          report(error)
        }
      }
    },
    clear: () => listeners.clear(),
  }
}
