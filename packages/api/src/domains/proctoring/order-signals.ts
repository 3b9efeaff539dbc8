import { canonicalJson } from '@viva/evidence'
import type { JsonObject, SignalInput, SignalKind } from '../../contract/index.ts'

/** A signal as the log holds it. */
export interface LoggedSignal {
  clientSeq: number
  clientTime: string
  kind: SignalKind
  details: JsonObject
}

/** What the log already says about client sequence numbers that a batch names again. */
export interface KnownSignals {
  /** The content recorded under a number. */
  recorded: ReadonlyMap<number, LoggedSignal>
  /** Numbers whose reordering is on record. */
  reordered: ReadonlySet<number>
}

/** What becomes of one signal of a batch. */
export type Ordered =
  | { type: 'new'; signal: LoggedSignal; gap: { from: number; to: number } | null }
  | { type: 'reordered'; signal: LoggedSignal; lastClientSeq: number }

/**
 * Puts a batch against what is held, in the order it was sent. A number past the last is new, and a gap before it is
 * named. A number at or below it is a replay: the same content again is what a retry looks like and is left out; other
 * content, or a number that never arrived in its turn, is a reordering, recorded once for each number.
 */
export function orderSignals(
  signals: readonly SignalInput[],
  lastClientSeq: number,
  known: KnownSignals,
): Ordered[] {
  const recorded = new Map(known.recorded)
  const reordered = new Set(known.reordered)
  const ordered: Ordered[] = []
  let last = lastClientSeq
  for (const sent of signals) {
    const signal = toLogged(sent)
    const { clientSeq } = signal
    if (clientSeq > last) {
      ordered.push({
        type: 'new',
        signal,
        gap: clientSeq > last + 1 ? { from: last + 1, to: clientSeq - 1 } : null,
      })
      recorded.set(clientSeq, signal)
      last = clientSeq
    } else if (!isSame(recorded.get(clientSeq), signal) && !reordered.has(clientSeq)) {
      ordered.push({ type: 'reordered', signal, lastClientSeq: last })
      reordered.add(clientSeq)
    }
  }
  return ordered
}

function toLogged({ clientSeq, clientTime, kind, details = {} }: SignalInput): LoggedSignal {
  return { clientSeq, clientTime, kind, details }
}

function isSame(held: LoggedSignal | undefined, sent: LoggedSignal): boolean {
  return held !== undefined && canonicalJson({ ...held }) === canonicalJson({ ...sent })
}
