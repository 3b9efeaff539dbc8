/**
 * Where the SDK keeps what must survive a reload: answers and signals that were not sent yet, and outside browsers the
 * refresh token. `localStorage` fits as it is, and so does React Native's AsyncStorage.
 */
export interface VivaStorage {
  getItem(key: string): string | null | Promise<string | null>
  setItem(key: string, value: string): unknown
  removeItem(key: string): unknown
}

/** Keeps everything in memory: what was not sent is lost with the page. */
export function memoryStorage(): VivaStorage {
  const items = new Map<string, string>()
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  }
}

/** Named JSON values in a storage. */
export interface Store {
  /** Null where there is none, or none that can be read. The caller checks what it relies on. */
  read<Value>(name: string): Promise<Value | null>
  write(name: string, value: unknown): Promise<void>
  remove(name: string): Promise<void>
  /** Runs `work` alone: no other holder of the same storage, in this page or another, runs under `name` meanwhile. */
  alone<Result>(name: string, work: () => Promise<Result>): Promise<Result>
}

/** Queues of who works alone, by storage: two clients in one process may share one. */
const turns = new WeakMap<VivaStorage, Map<string, Promise<unknown>>>()

/**
 * @param prefix parts servers that one storage is used for
 * @param onError hears of a storage that refuses, full or forbidden as it may be. What it refused is kept in memory:
 *   an answer is better sent without a copy than not at all
 */
export function createStore(storage: VivaStorage, prefix: string, onError: (error: unknown) => void): Store {
  const refused = new Map<string, string | null>()
  const queues = turns.get(storage) ?? new Map<string, Promise<unknown>>()
  turns.set(storage, queues)

  async function put(key: string, value: string | null): Promise<void> {
    try {
      await (value === null ? storage.removeItem(key) : storage.setItem(key, value))
      refused.delete(key)
    } catch (error) {
      refused.set(key, value)
      onError(error)
    }
  }

  return {
    async read<Value>(name: string): Promise<Value | null> {
      const key = prefix + name
      try {
        const text = refused.has(key) ? refused.get(key) : await storage.getItem(key)
        return text === null || text === undefined ? null : (JSON.parse(text) as Value)
      } catch (error) {
        onError(error)
        return null
      }
    },
    write: (name, value) => put(prefix + name, JSON.stringify(value)),
    remove: (name) => put(prefix + name, null),
    async alone(name, work) {
      const key = prefix + name
      const before = queues.get(key)
      const turn = (async () => {
        await before?.catch(() => undefined)
        // Other tabs share the storage. In Node the queue above is all there is, and all there can be.
        const locks = typeof document === 'undefined' ? undefined : globalThis.navigator?.locks
        return locks ? locks.request(key, work) : work()
      })()
      queues.set(key, turn)
      try {
        return await turn
      } finally {
        if (queues.get(key) === turn) queues.delete(key)
      }
    },
  }
}
