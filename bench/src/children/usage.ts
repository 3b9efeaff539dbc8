/** What this process has used so far. */
export interface Usage {
  /** CPU time of all its threads in µs, user and system. */
  cpuUs: number
  /** Memory in bytes, after a garbage collection where one was asked for. */
  rss: number
  heap: number
}

/** Reads what this process has used. `collect` first frees what nobody holds, which takes CPU time itself. */
export async function readUsage({ collect = false } = {}): Promise<Usage> {
  if (collect) {
    if (!globalThis.gc) throw new Error('started without --expose-gc')
    for (let round = 0; round < 3; round++) {
      globalThis.gc()
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { cpuUs: user + system, rss, heap: heapUsed + external }
}
