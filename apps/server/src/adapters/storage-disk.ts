import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Storage } from '@viva/api'
import { requireKey } from './storage-key.ts'

/** Holds what is being written; on the same file system as the rest, so that a rename is atomic. */
const INCOMING = '.incoming'
/** A file that a crash left behind is removed at start, once nobody can still be writing it. */
const ABANDONED_MS = 24 * 60 * 60 * 1000

/**
 * Recordings as files under `root`, which is made where it is missing. A file is written under a name of its own, flushed
 * to the disk and then renamed: readers see all of it or nothing, and what `write` has confirmed outlives a power cut.
 *
 * @param root a folder for this storage alone
 */
export async function createDiskStorage(root: string, random: { id(): string }): Promise<Storage> {
  const incoming = join(root, INCOMING)
  // Recordings of people: not for other users of this machine. What is below is reached through these folders alone.
  await mkdir(incoming, { recursive: true, mode: 0o700 })
  await removeAbandoned(incoming)
  const fileOf = (key: string) => join(root, requireKey(key))

  return {
    async write(key, body, { bytes }) {
      const target = fileOf(key)
      const temporary = join(incoming, random.id())
      try {
        await writeWhole(temporary, body, bytes)
        await mkdir(dirname(target), { recursive: true })
        await rename(temporary, target)
        await flushFolder(dirname(target))
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
    },
    async read(key, range) {
      const handle = await open(fileOf(key), 'r')
      // The stream closes the file at its end and when it is destroyed.
      return handle.createReadStream(range)
    },
    async size(key) {
      try {
        return (await stat(fileOf(key))).size
      } catch (error) {
        if (isMissing(error)) return null
        throw error
      }
    },
    delete: (key) => rm(fileOf(key), { force: true }),
    presignPut: () => Promise.resolve(null),
    presignGet: () => Promise.resolve(null),
  }
}

async function writeWhole(path: string, body: AsyncIterable<Uint8Array>, bytes: number): Promise<void> {
  const file = await open(path, 'wx')
  try {
    let written = 0
    for await (const chunk of body) {
      await file.writeFile(chunk)
      written += chunk.length
    }
    if (written !== bytes) throw new Error(`${written} bytes came instead of ${bytes}`)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A rename is on the disk only once its folder is. */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function removeAbandoned(incoming: string): Promise<void> {
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name)
    const { mtimeMs } = await stat(path)
    if (Date.now() - mtimeMs > ABANDONED_MS) await rm(path, { force: true })
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
