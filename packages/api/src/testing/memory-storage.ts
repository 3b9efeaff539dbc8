import { Buffer } from 'node:buffer'
import type { Storage } from '../core/ports/storage.ts'

/** Recordings in memory, for tests: whole or not at all, as the port promises. */
export interface MemoryStorage extends Storage {
  readonly objects: ReadonlyMap<string, Uint8Array>
}

export function createMemoryStorage(): MemoryStorage {
  const objects = new Map<string, Uint8Array>()
  return {
    objects,
    async write(key, body, { bytes }) {
      const chunks: Uint8Array[] = []
      for await (const chunk of body) chunks.push(chunk)
      const whole = Buffer.concat(chunks)
      if (whole.length !== bytes) throw new Error(`${key}: ${whole.length} bytes came instead of ${bytes}`)
      objects.set(key, whole)
    },
    async read(key, range) {
      const object = objects.get(key)
      if (!object) throw new Error(`there is no object ${key}`)
      const part = range ? object.subarray(range.start, range.end + 1) : object
      return (async function* () {
        yield part
      })()
    },
    size: async (key) => objects.get(key)?.length ?? null,
    async delete(key) {
      objects.delete(key)
    },
    presignPut: async () => null,
    presignGet: async () => null,
  }
}
