import type { SessionHandle } from '../session.ts'
import type { Rejected } from '../session-entries.ts'
import { createSource, oncePer, useSource } from './source.ts'

/** What of the candidate's is not on the server. */
export interface Pending {
  /** How many answers and signals wait to be sent. */
  readonly pending: number
  /** What the server refused for good; `session.clearRejected()` forgets it. */
  readonly rejected: readonly Rejected[]
}

/**
 * How much of what the candidate has sent is not on the server yet, and what it refused.
 *
 * @example
 * const { pending } = usePending(session)
 * return pending > 0 ? <p>Saved on this device, sending…</p> : <p>Saved.</p>
 */
export function usePending(session: SessionHandle): Pending {
  return useSource(pendingOf(session))
}

const pendingOf = oncePer((session: SessionHandle) =>
  createSource<Pending>(
    (previous) => {
      const { pending, rejected } = session
      return previous?.pending === pending && previous.rejected === rejected
        ? previous
        : { pending, rejected }
    },
    (changed) => session.onPending(changed),
  ),
)
