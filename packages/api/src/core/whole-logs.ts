import { boundedQueue } from './bounded-queue.ts'
import type { InTurn } from './ports.ts'

/**
 * The turn of calls that read, hash or export a whole log: two at once on an instance. A log may hold tens of thousands
 * of events, and each such call keeps a database connection; without a bound, one account takes all memory and
 * connections with calls that each are in order.
 */
export function createWholeLogs(): InTurn {
  return boundedQueue({ concurrency: 2, maxQueued: 20 })
}
