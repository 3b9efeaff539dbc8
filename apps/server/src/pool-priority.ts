import { readdirSync, readFileSync } from 'node:fs'
import { setPriority } from 'node:os'

/** Low enough that the event loop and the database go first, and far from starving. */
const NICENESS = 10
const THREADS = '/proc/self/task'
/** What libuv names the threads of its pool. */
const POOL_THREAD = 'libuv-worker'

/**
 * Lets the threads that hash passwords give way to the one that answers calls, which otherwise waits for a core at each
 * of its steps: at 200 queued log-ins on two cores the slowest hundredth of calls took half as long like this with one
 * hash at once, and a third with two. What else the pool does gives way too; next to a hash, all of it is short.
 *
 * Only on Linux, where threads have a priority of their own (setpriority(2), Notes); elsewhere nothing happens. Call it
 * once the pool is at work: its threads start with the first file read.
 *
 * @returns how many threads give way now
 */
export function lowerPoolPriority(): number {
  if (process.platform !== 'linux') return 0
  try {
    const pool = readdirSync(THREADS).filter(
      (thread) => readFileSync(`${THREADS}/${thread}/comm`, 'utf8').trim() === POOL_THREAD,
    )
    for (const thread of pool) setPriority(Number(thread), NICENESS)
    return pool.length
  } catch {
    // Without /proc, or where the sandbox forbids it, all threads stay equal.
    return 0
  }
}
