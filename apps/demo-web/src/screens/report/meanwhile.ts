import type { SessionEvent, TranscriptEntry } from '@viva/client'
import { describeEvent } from '../../events/describe-event.ts'

/** What was observed of one sort while a question stood. */
export interface Observation {
  title: string
  isStrike: boolean
  /** The events, at least one. */
  seqs: number[]
}

const OBSERVED = new Set<SessionEvent['type']>([
  'signal.recorded',
  'signal.gap',
  'signal.reordered',
  'strike.issued',
])

/**
 * What was observed from each question until the next one, by the server's time, in one list for each question. What
 * came before the first question belongs to none of them.
 */
export function observedMeanwhile(
  transcript: readonly TranscriptEntry[],
  events: readonly SessionEvent[],
): Map<string, Observation[]> {
  const starts = transcript
    .map(({ question }) => ({ id: question.id, at: question.askedAt }))
    .sort((one, other) => (one.at < other.at ? -1 : 1))
  const found = new Map<string, Observation[]>()
  for (const event of events) {
    if (!OBSERVED.has(event.type)) continue
    const question = starts.findLast(({ at }) => at <= event.at)
    if (!question) continue
    const { title, detail } = describeEvent(event)
    const isStrike = event.type === 'strike.issued'
    const named = isStrike && detail !== undefined ? `${title}: ${detail}` : title
    const list = found.get(question.id) ?? []
    const same = list.find((observation) => observation.title === named)
    if (same) same.seqs.push(event.seq)
    else list.push({ title: named, isStrike, seqs: [event.seq] })
    found.set(question.id, list)
  }
  return found
}
