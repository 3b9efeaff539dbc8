import type { Problem } from './chain-report.ts'
import type { EvidenceEvent } from './event.ts'
import type { Seal } from './seal.ts'

const TRANSITION = 'session.transitioned'
const REPORT = 'report.ready'
const REVIEW = 'strike.reviewed'
const TERMINAL = new Set<unknown>(['completed', 'ended'])
/** The server seals in the transaction that writes the event: seconds cover a busy machine, and no more. */
const SEALED_WITHIN_SECONDS = 60

/** Looks for the seals that the server makes on its own; see {@link createSealPoints}. */
export interface SealPoints {
  /** Takes the next event, in the order of the log. */
  push(event: EvidenceEvent): void
  /** Names each event whose seal is not there. @param seals those that verify, however trusted */
  missing(seals: readonly Seal[]): Problem[]
}

/**
 * Watches a log for the events with which the server seals it: the one that closes the session, the one that fixes its
 * report, and each decision of a person about a strike that came after the close. Every export adds a seal of its own, so
 * without this, somebody who rewrote a log in the database and removed the seal of that time would have it sealed afresh by
 * the next export. Each decision, because a genuine one that follows a forged one is sealed over it.
 *
 * @param state where the session stands now: an erased transition no longer says where it led, and is taken to have closed
 *   a session that is closed.
 * @example
 * const points = createSealPoints(session.state)
 * for (const event of events) points.push(event)
 * const problems = points.missing(seals)
 */
export function createSealPoints(state: string): SealPoints {
  let closing: EvidenceEvent | null = null
  let report: EvidenceEvent | null = null
  let reviews: EvidenceEvent[] = []
  return {
    push(event) {
      if (closesSession(event, state)) {
        closing = event
        // The closing seal covers the decisions before it.
        reviews = []
      } else if (event.type === REPORT) report = event
      else if (event.type === REVIEW && closing !== null) reviews.push(event)
    },
    missing: (seals) => [
      ...unsealed(closing, seals, 'closed the session'),
      ...unsealed(report, seals, 'fixed the report'),
      ...reviews.flatMap((review) => unsealed(review, seals, 'was a decision about a strike')),
    ],
  }
}

function closesSession({ type, payload, salt }: EvidenceEvent, state: string): boolean {
  if (type !== TRANSITION) return false
  if (salt === null) return TERMINAL.has(state)
  return typeof payload === 'object' && payload !== null && 'to' in payload && TERMINAL.has(payload['to'])
}

function unsealed(event: EvidenceEvent | null, seals: readonly Seal[], what: string): Problem[] {
  if (event === null) return []
  const { seq } = event
  const at = Date.parse(event.at) / 1000
  const isSealed = seals.some(
    (seal) => seal.seq === seq && Math.abs(seal.issuedAt - at) <= SEALED_WITHIN_SECONDS,
  )
  if (isSealed) return []
  return [
    { code: 'UNSEALED', seq, message: `event ${seq} ${what}, but the seal that was made then is not there` },
  ]
}
