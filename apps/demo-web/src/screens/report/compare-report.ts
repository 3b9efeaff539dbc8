import type { Report } from '@viva/client'
import { canonicalJson, type EvidenceEvent, type JsonValue } from '@viva/client/evidence'

/** Something that this page shows otherwise than the verified log has it. */
export interface PageProblem {
  /** `shown`: it is on the page and not so in the log; `leftOut`: it is in the log and not on the page. */
  kind: 'shown' | 'leftOut'
  what: 'question' | 'answer' | 'strike' | 'decision' | 'recording' | 'state'
  /** The event that says otherwise; null where there is none. */
  seq: number | null
}

interface Shown {
  what: Exclude<PageProblem['what'], 'state' | 'decision'>
  type: string
  /** The member of the payload that names it. */
  idName: string
  facts: Map<string, { [name: string]: JsonValue }>
}

/**
 * Compares what a report shows with a log that has been verified here, so that nobody has to believe the server about the
 * page either. The report must have been read before the log was: all that it shows is then in the log. What was erased
 * vouches for nothing any more, and nothing is held against it.
 */
export function compareReport(report: Report, events: readonly EvidenceEvent[]): PageProblem[] {
  return [
    ...shownOn(report).flatMap((shown) => compare(shown, events, report.chain.events)),
    ...compareDecisions(report, events),
    ...compareState(report, events),
  ]
}

function shownOn({ transcript, strikes, media }: Report): Shown[] {
  const answers = transcript.flatMap(({ question, answers }) =>
    answers.map((answer) => ({ ...answer, questionId: question.id })),
  )
  const stored = media.filter(({ status }) => status === 'stored')
  return [
    {
      what: 'question',
      type: 'question.asked',
      idName: 'questionId',
      facts: new Map(
        transcript.map(({ question: { id, text, position, followUpOf, deadlineAt } }) => [
          id,
          { text, position, followUpOf, deadlineAt },
        ]),
      ),
    },
    {
      what: 'answer',
      type: 'answer.received',
      idName: 'answerId',
      facts: new Map(
        answers.map(({ id, text, questionId, mediaId, late }) => [id, { text, questionId, mediaId, late }]),
      ),
    },
    {
      what: 'strike',
      type: 'strike.issued',
      idName: 'strikeId',
      facts: new Map(
        strikes.map(({ id, ruleId, severity, message, signalSeqs }) => [
          id,
          { ruleId, severity, message, signalSeqs },
        ]),
      ),
    },
    {
      what: 'recording',
      type: 'media.stored',
      idName: 'mediaId',
      facts: new Map(
        stored.map(({ id, kind, contentType, bytes, sha256 }) => [id, { kind, contentType, bytes, sha256 }]),
      ),
    },
  ]
}

/** @param upTo the log's length when the report was read: what came later need not be on the page */
function compare(
  { what, type, idName, facts }: Shown,
  events: readonly EvidenceEvent[],
  upTo: number,
): PageProblem[] {
  const problems: PageProblem[] = []
  const mine = events.filter((event) => event.type === type)
  const vouched = new Set<string>()
  for (const event of mine) {
    const id = memberOf(event, idName)
    if (typeof id !== 'string') continue
    vouched.add(id)
    const shown = facts.get(id)
    if (shown === undefined) {
      if (event.seq <= upTo) problems.push({ kind: 'leftOut', what, seq: event.seq })
    } else if (!says(event, shown)) {
      problems.push({ kind: 'shown', what, seq: event.seq })
    }
  }
  if (mine.some(({ salt }) => salt === null)) return problems
  for (const id of facts.keys()) {
    if (!vouched.has(id)) problems.push({ kind: 'shown', what, seq: null })
  }
  return problems
}

function compareDecisions({ strikes, chain }: Report, events: readonly EvidenceEvent[]): PageProblem[] {
  const decisions = events.filter(({ type }) => type === 'strike.reviewed')
  if (decisions.some(({ salt }) => salt === null)) return []
  return strikes.flatMap(({ id, review }): PageProblem[] => {
    const mine = decisions.filter((event) => memberOf(event, 'strikeId') === id)
    const shownAt = review
      ? mine.findLastIndex(
          (event) =>
            event.actor === `member:${review.reviewer.id}` &&
            event.at === review.at &&
            says(event, { decision: review.decision, reason: review.reason }),
        )
      : -1
    if (review && shownAt === -1) return [{ kind: 'shown', what: 'decision', seq: mine.at(-1)?.seq ?? null }]
    const newer = mine.slice(shownAt + 1).find(({ seq }) => seq <= chain.events)
    return newer ? [{ kind: 'leftOut', what: 'decision', seq: newer.seq }] : []
  })
}

function compareState({ session, chain }: Report, events: readonly EvidenceEvent[]): PageProblem[] {
  const moves = events.filter(({ type, seq }) => type === 'session.transitioned' && seq <= chain.events)
  const last = moves.at(-1)
  if (last === undefined) {
    return session.state === 'setup' ? [] : [{ kind: 'shown', what: 'state', seq: null }]
  }
  if (last.salt === null || says(last, { to: session.state, reason: session.endReason })) return []
  return [{ kind: 'shown', what: 'state', seq: last.seq }]
}

function memberOf({ payload }: EvidenceEvent, name: string): JsonValue | undefined {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return undefined
  return Object.hasOwn(payload, name) ? payload[name] : undefined
}

function says(event: EvidenceEvent, facts: { [name: string]: JsonValue }): boolean {
  return Object.entries(facts).every(([name, fact]) => {
    const said = memberOf(event, name)
    return said !== undefined && canonicalJson(said) === canonicalJson(fact)
  })
}
