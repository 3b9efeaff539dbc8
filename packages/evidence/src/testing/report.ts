import { verifyChain } from '../chain.ts'
import type { ChainReport } from '../chain-report.ts'
import type { EvidenceEvent } from '../event.ts'
import { ZERO_HASH } from '../hash.ts'
import { SESSION_ID } from './log.ts'

/** Verifies events against the head that the `intended` ones have. */
export function verify(events: readonly EvidenceEvent[], intended = events): ChainReport {
  const last = intended.at(-1)
  return verifyChain({
    sessionId: SESSION_ID,
    events,
    head: { seq: intended.length, hash: last?.hash ?? ZERO_HASH },
  })
}

/** The findings in short: `EDITED 3`. */
export function found(report: ChainReport): string[] {
  return report.problems.map(({ code, seq }) => `${code} ${seq}`)
}
