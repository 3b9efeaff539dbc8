import type { Problem } from './chain-report.ts'
import type { EvidenceEvent } from './event.ts'
import type { Seal } from './seal.ts'

const TRANSITION = 'session.transitioned'
const TERMINAL = new Set<unknown>(['completed', 'ended'])
/** How many events without their seal are named one by one. */
const NAMED = 100

/** Looks for the seals that the server makes on its own; see {@link createSealPoints}. */
export interface SealPoints {
  /** Takes the next event, in the order of the log. */
  push(event: EvidenceEvent): void
  /** Names each event whose seal is not there. @param seals those that verify, however trusted */
  missing(seals: readonly Seal[]): Problem[]
}

/**
 * Watches a log for the events that the server seals as it appends them: the one that closes the session, and every one
 * after it. Only somebody with the signing key can make such a seal, so nobody else can put anything into a log that is
 * closed. Seals of exports do not count: they say what a log looked like, not who wrote it.
 *
 * The session closed with the first transition into a terminal state, which is never left; an event that was sealed as it
 * was appended proves that the session had closed by then, too.
 *
 * @param state where the session stands now: an erased transition no longer says where it led, and the last of them is
 *   taken to have closed a session that is closed, where no other one is known to have.
 * @example
 * const points = createSealPoints(session.state)
 * for (const event of events) points.push(event)
 * const problems = points.missing(seals)
 */
export function createSealPoints(state: string): SealPoints {
  const events: Pick<EvidenceEvent, 'seq' | 'at'>[] = []
  let closedAt: number | undefined
  let erasedAt: number | undefined
  return {
    push({ seq, type, at, payload, salt }) {
      events.push({ seq, at })
      if (type !== TRANSITION) return
      if (salt === null) erasedAt = seq
      else if (isTerminal(payload)) closedAt ??= seq
    },
    missing(seals) {
      const made = seals.filter(({ appended }) => appended > 0)
      const closing = closedAt ?? (TERMINAL.has(state) ? erasedAt : undefined)
      // Not spread into `Math.min`: a file from elsewhere may hold more seals than a call takes arguments.
      const from = made.map(firstOf).reduce(earlier, closing ?? Number.POSITIVE_INFINITY)
      return events
        .filter((event) => event.seq >= from && !made.some((seal) => isMadeWith(seal, event)))
        .slice(0, NAMED)
        .map(({ seq }) => unsealed(seq, seq === closing ? 'closed the session' : 'came after the close'))
    },
  }
}

function isTerminal(payload: EvidenceEvent['payload']): boolean {
  return typeof payload === 'object' && payload !== null && 'to' in payload && TERMINAL.has(payload['to'])
}

const earlier = (one: number, other: number): number => Math.min(one, other)

/** The first event that was appended together with a seal. */
function firstOf({ seq, appended }: Seal): number {
  return seq - appended + 1
}

/**
 * Whether the seal was made as the event was appended. The sealer takes its time before the database gives the event its own,
 * which may be later; an earlier one was written by somebody who wanted it to look old.
 */
function isMadeWith(seal: Seal, { seq, at }: Pick<EvidenceEvent, 'seq' | 'at'>): boolean {
  return firstOf(seal) <= seq && seq <= seal.seq && seal.issuedAt * 1000 <= Date.parse(at)
}

function unsealed(seq: number, what: string): Problem {
  const message = `event ${seq} ${what}, but the seal that was made with it is not there`
  return { code: 'UNSEALED', seq, message }
}
