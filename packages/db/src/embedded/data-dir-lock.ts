import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, rename, stat, unlink, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

/** The data folder belongs to another instance that is alive. */
export class DataDirLockedError extends Error {
  override name = 'DataDirLockedError'
  readonly code = 'DATA_DIR_LOCKED'
  readonly dataDir: string
  /** Process id of the instance that holds the folder. */
  readonly pid: number

  constructor({ dataDir, pid, host }: { dataDir: string; pid: number; host: string }) {
    const where = host === hostname() ? `process ${pid}` : `process ${pid} on ${host}`
    super(`The data folder ${dataDir} is in use by ${where}. Stop that one first, or choose another folder.`)
    this.dataDir = dataDir
    this.pid = pid
  }
}

/** What a lock file says about its holder. */
interface Holder {
  pid: number
  /** Start of the process, as the kernel tells it; a process that got the same id later has another. */
  started: string | null
  host: string
  /** Names this one locking, so that a lock is never mistaken for a later one. */
  nonce: string
}

/** A held lock. */
export interface DataDirLock {
  /** Gives the folder back. */
  release(): Promise<void>
}

// Process ids mean nothing across hosts (or containers), so a holder there proves that it lives by touching its
// lock file.
const HEARTBEAT_MS = 5_000
const FOREIGN_LOCK_LIVES_MS = 30_000

/**
 * Takes `dataDir` for this process alone, by the file `dataDir/lock`. The lock of a process that has died (also
 * if its process id is in use again) is taken over; of several that try at once exactly one succeeds.
 *
 * @throws {DataDirLockedError} a living process holds it, be it this one
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const file = join(dataDir, 'lock')
  const own: Holder = {
    pid: process.pid,
    started: await startOf(process.pid),
    host: hostname(),
    nonce: randomUUID(),
  }
  await acquire({ file, own, dataDir })
  const heartbeat = setInterval(() => {
    const now = new Date()
    utimes(file, now, now).catch(() => clearInterval(heartbeat)) // the folder is gone: nothing to protect
  }, HEARTBEAT_MS)
  heartbeat.unref()
  let released = false
  return {
    async release() {
      if (released) return
      released = true
      clearInterval(heartbeat)
      const holder = await readHolder(file)
      if (holder?.nonce === own.nonce) await unlink(file)
    },
  }
}

/**
 * Makes `file` say `own`. The file appears whole (written under another name, then linked), so nobody reads half
 * a lock. To replace the dead lock N one must first hold `file.N`, by the same rules, and then see that the lock
 * still is N: so two that saw the same dead lock cannot both replace it, nor can one that was slow replace the
 * lock of the other, and one that dies half-way is itself taken over.
 */
async function acquire({
  file,
  own,
  dataDir,
}: {
  file: string
  own: Holder
  dataDir: string
}): Promise<void> {
  const mine = `${file}.${own.nonce}.new`
  const handle = await open(mine, 'wx', 0o600)
  try {
    await handle.writeFile(JSON.stringify(own))
  } finally {
    await handle.close()
  }
  try {
    for (;;) {
      if (await linked(mine, file)) return
      const holder = await readHolder(file)
      if (holder === undefined) continue // released meanwhile
      if (await isAlive(holder, file))
        throw new DataDirLockedError({ dataDir, pid: holder.pid, host: holder.host })
      const right = `${file}.${holder.nonce}`
      await acquire({ file: right, own: { ...own, nonce: randomUUID() }, dataDir })
      try {
        if ((await readHolder(file))?.nonce !== holder.nonce) continue
        await rename(mine, file)
        return
      } finally {
        await unlink(right)
      }
    }
  } finally {
    await unlink(mine).catch(ignoreMissing)
  }
}

async function linked(existing: string, name: string): Promise<boolean> {
  try {
    await link(existing, name)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
}

async function readHolder(file: string): Promise<Holder | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    ignoreMissing(error)
    return undefined
  }
  try {
    const { pid, started, host, nonce }: Partial<Holder> = JSON.parse(text)
    if (
      typeof pid === 'number' &&
      typeof host === 'string' &&
      typeof nonce === 'string' &&
      /^[\w-]+$/.test(nonce)
    )
      return { pid, started: typeof started === 'string' ? started : null, host, nonce }
  } catch {
    // not ours: treated as a dead lock below
  }
  return { pid: 0, started: null, host: hostname(), nonce: 'unreadable' }
}

async function isAlive(holder: Holder, file: string): Promise<boolean> {
  if (holder.host !== hostname()) {
    const touched = await stat(file).catch(ignoreMissing)
    return touched !== undefined && Date.now() - touched.mtimeMs < FOREIGN_LOCK_LIVES_MS
  }
  if (holder.pid <= 0) return false
  try {
    process.kill(holder.pid, 0) // asks only whether the process exists
  } catch (error) {
    if (errorCode(error) !== 'EPERM') return false
  }
  const started = await startOf(holder.pid)
  return started === null || holder.started === null || started === holder.started
}

/** Boot and clock tick at which a process started, where the kernel tells (Linux); see proc(5), `stat` field 22. */
async function startOf(pid: number): Promise<string | null> {
  try {
    const [boot, line] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ])
    // The second field, the program's name in brackets, may hold spaces and brackets itself.
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
    const [state] = fields
    // Killed, and only waiting for its parent to notice: it holds nothing any more.
    if (state === 'Z' || state === 'X') return 'ended'
    const ticks = fields[19]
    return ticks === undefined ? null : `${boot.trim()}:${ticks}`
  } catch {
    return null
  }
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function ignoreMissing(error: unknown): undefined {
  if (errorCode(error) !== 'ENOENT') throw error
  return undefined
}
