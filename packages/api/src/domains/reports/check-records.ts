import { aiRuns, answers, mediaObjects, questions, reports, sessionEvents, strikes } from '@viva/db/schema'
import { canonicalJson } from '@viva/evidence'
import { and, asc, eq, inArray, isNotNull } from 'drizzle-orm'
import type { ChainStatus, JsonObject, SessionEvent, SessionEventType } from '../../contract/index.ts'
import { toSessionEvent } from '../../core/event-log.ts'
import { hashEarlierCalls, hashRunInput, hashRunOutput } from '../ai/index.ts'
import { isInPlace } from '../media/index.ts'
import type { Reader } from '../sessions/index.ts'
import { checkSession } from './check-session.ts'
import { hashBody, type ReportBody } from './report-body.ts'

/** What a row must say, as its event says it. */
interface Fact {
  id: string
  fact: JsonObject
}

/** A kind of row that events vouch for. */
interface Recorded {
  /** Begins the code of a problem, as in `ANSWER_CHANGED`. */
  name: string
  type: SessionEventType
  /** Whether a row is changed by later events: then only the newest of each row is compared with it. */
  newest?: true
  /** The part of a fact that holds a person's words; absent where its events cannot be erased. */
  words?: string
  /** What an event says; null where it is of another type, or erased. */
  said(event: SessionEvent): Fact | null
  /** What the rows say. */
  kept(db: Reader, sessionId: string): Promise<Fact[]>
}

const RECORDED: readonly Recorded[] = [
  {
    name: 'QUESTION',
    type: 'question.asked',
    words: 'text',
    said(event) {
      if (event.type !== 'question.asked' || !event.payload) return null
      const { questionId: id, text, planId, position, followUpOf, runId, deadlineAt } = event.payload
      return { id, fact: { text, planId, position, followUpOf, runId, deadlineAt } }
    },
    async kept(db, sessionId) {
      const rows = await db.select().from(questions).where(eq(questions.sessionId, sessionId))
      return rows.map(({ id, text, planId, position, followUpOf, runId, deadlineAt }) => ({
        id,
        fact: { text, planId, position, followUpOf, runId, deadlineAt: deadlineAt.toISOString() },
      }))
    },
  },
  {
    name: 'ANSWER',
    type: 'answer.received',
    words: 'text',
    said(event) {
      if (event.type !== 'answer.received' || !event.payload) return null
      const { answerId: id, questionId, text, mediaId, late } = event.payload
      return { id, fact: { questionId, text, mediaId, late } }
    },
    async kept(db, sessionId) {
      const rows = await db.select().from(answers).where(eq(answers.sessionId, sessionId))
      return rows.map(({ id, questionId, text, mediaId, late }) => ({
        id,
        fact: { questionId, text, mediaId, late },
      }))
    },
  },
  {
    name: 'STRIKE',
    type: 'strike.issued',
    said(event) {
      if (event.type !== 'strike.issued' || !event.payload) return null
      const { strikeId: id, ...fact } = event.payload
      return { id, fact }
    },
    async kept(db, sessionId) {
      const rows = await db.select().from(strikes).where(eq(strikes.sessionId, sessionId))
      return rows.map(({ id, ruleId, severity, message, signalSeqs, policyId, policyVersion }) => ({
        id,
        fact: { ruleId, severity, message, signalSeqs, policyId, policyVersion },
      }))
    },
  },
  {
    name: 'REVIEW',
    type: 'strike.reviewed',
    newest: true,
    words: 'reason',
    said(event) {
      if (event.type !== 'strike.reviewed' || !event.payload) return null
      const { strikeId: id, decision, reason } = event.payload
      return { id, fact: { decision, reason, by: event.actor, at: event.at } }
    },
    async kept(db, sessionId) {
      const reviewed = and(eq(strikes.sessionId, sessionId), isNotNull(strikes.reviewDecision))
      const rows = await db.select().from(strikes).where(reviewed)
      return rows.map(({ id, reviewDecision: decision, reviewReason: reason, reviewedBy, reviewedAt }) => ({
        id,
        fact: { decision, reason, by: `member:${reviewedBy}`, at: reviewedAt?.toISOString() ?? null },
      }))
    },
  },
  {
    name: 'MEDIA',
    type: 'media.stored',
    said(event) {
      if (event.type !== 'media.stored' || !event.payload) return null
      const { mediaId: id, kind, contentType, bytes, sha256, questionId = null } = event.payload
      return { id, fact: { kind, contentType, bytes, sha256, questionId, isInPlace: true } }
    },
    async kept(db, sessionId) {
      const stored = and(eq(mediaObjects.sessionId, sessionId), eq(mediaObjects.status, 'stored'))
      const rows = await db.select().from(mediaObjects).where(stored)
      return rows.map((row) => {
        const { id, kind, contentType, bytes, questionId } = row
        const sha256 = Buffer.from(row.sha256 ?? []).toString('hex')
        // Nothing hashes the bytes again when they are played, so a row must not lead to another recording's.
        return { id, fact: { kind, contentType, bytes, sha256, questionId, isInPlace: isInPlace(row) } }
      })
    },
  },
  {
    name: 'RUN',
    type: 'run.finished',
    said(event) {
      if (event.type !== 'run.finished' || !event.payload) return null
      const { runId: id, earlierCallsSha256 = null, ...said } = event.payload
      return { id, fact: { ...said, earlierCallsSha256 } }
    },
    async kept(db, sessionId) {
      const finished = and(eq(aiRuns.sessionId, sessionId), eq(aiRuns.status, 'finished'))
      const rows = await db.select().from(aiRuns).where(finished)
      return rows.map(({ id, input, output, earlierCalls, ...row }) => ({
        id,
        fact: {
          purpose: row.purpose,
          provider: row.provider ?? 'none',
          model: row.model ?? 'none',
          promptVersion: row.promptVersion ?? 'none',
          outcome: row.outcome,
          inputSha256: hashRunInput(input),
          outputSha256: output === '' ? null : hashRunOutput(output),
          earlierCallsSha256: hashEarlierCalls(earlierCalls),
          inputTokens: row.inputTokens,
          outputTokens: row.outputTokens,
        },
      }))
    },
  },
  {
    name: 'REPORT',
    type: 'report.ready',
    said(event) {
      if (event.type !== 'report.ready' || !event.payload) return null
      return { id: event.payload.reportId, fact: { sha256: event.payload.sha256 } }
    },
    async kept(db, sessionId) {
      const ready = and(eq(reports.sessionId, sessionId), eq(reports.status, 'ready'))
      const rows = await db.select().from(reports).where(ready)
      // Only `makeReport` writes the body.
      return rows.map(({ id, body }) => ({
        id,
        fact: { sha256: hashBody(body as ReportBody).toString('hex') },
      }))
    },
  },
]

/**
 * Compares the rows that a report is read from with the events that vouch for them: questions, answers, strikes and their
 * reviews, media, AI runs and the report itself are not append-only, and so a change to them shows. An erased event vouches
 * for nothing any more: it explains a single row that differs, and only one whose words were erased with it. Where more
 * differ all are named, since nothing tells which was changed by hand. The session's own row is compared with its events and
 * with the strikes that stand.
 *
 * @param db one snapshot: a row and its event are written together, and must be read together
 */
export async function checkRecords(db: Reader, sessionId: string): Promise<ChainStatus['problems']> {
  const types = RECORDED.map(({ type }) => type)
  const rows = await db
    .select()
    .from(sessionEvents)
    .where(and(eq(sessionEvents.sessionId, sessionId), inArray(sessionEvents.type, types)))
    .orderBy(asc(sessionEvents.seq))
  const events = rows.map((row) => toSessionEvent({ ...row, at: toTime(row.at), hash: '' }))
  const problems: ChainStatus['problems'] = []
  for (const recorded of RECORDED) {
    const { name, type } = recorded
    const code = `${name}_CHANGED`
    const what = name.toLowerCase()
    const kept = new Map((await recorded.kept(db, sessionId)).map(({ id, fact }) => [id, fact]))
    const unvouched = new Map(kept)
    const mine = events.filter((event) => event.type === type)
    const erased = mine.filter(({ payload }) => payload === null).map(({ seq }) => seq)
    const possiblyErased: ChainStatus['problems'] = []
    for (const { seq, id, fact } of vouchedFor(recorded, mine)) {
      const row = kept.get(id)
      unvouched.delete(id)
      if (row && canonicalJson(row) === canonicalJson(fact)) continue
      const problem = { code, seq, message: `${what} ${id} is not what event ${seq} recorded` }
      if (recorded.newest && row && isWordless(recorded, row)) possiblyErased.push(problem)
      else problems.push(problem)
    }
    for (const [id, row] of unvouched) {
      const problem = { code, seq: 0, message: `${what} ${id} is recorded by no event` }
      if (isWordless(recorded, row)) possiblyErased.push(problem)
      else problems.push(problem)
    }
    problems.push(...unexplained(possiblyErased, erased))
  }
  // Strikes that were changed make another count, which would say nothing new.
  const isCountable = problems.every(({ code }) => code !== 'STRIKE_CHANGED' && code !== 'REVIEW_CHANGED')
  problems.push(...(await checkSession(db, sessionId, { isCountable })))
  return problems
}

/** A forged row may have a time that no date of JavaScript is. */
function toTime(at: Date): string {
  return Number.isNaN(at.getTime()) ? '' : at.toISOString()
}

/** Whether the words of a row are erased: only then may nothing vouch for it. */
function isWordless({ words }: Recorded, row: JsonObject): boolean {
  return words !== undefined && row[words] === ''
}

/** What these events of one kind say about rows, in the order of the log. */
function vouchedFor({ said, newest }: Recorded, events: readonly SessionEvent[]): (Fact & { seq: number })[] {
  const all = events.flatMap((event) => {
    const vouched = said(event)
    return vouched ? [{ ...vouched, seq: event.seq }] : []
  })
  if (!newest) return all
  return [...new Map(all.map((vouched) => [vouched.id, vouched])).values()]
}

/**
 * Leaves out the differences that erased events explain. One erased event changed one row, whose remaining events are all
 * older, so each explains at most one difference, and none that a later event vouches against.
 *
 * @param erased their numbers in the log
 */
function unexplained(problems: ChainStatus['problems'], erased: readonly number[]): ChainStatus['problems'] {
  const last = Math.max(-1, ...erased)
  const possible = problems.filter(({ seq }) => seq < last).sort((a, b) => b.seq - a.seq)
  // The newest has the fewest to explain it, and whatever explains it could explain every older one.
  const isExplained = possible.every(({ seq }, index) => erased.filter((at) => at > seq).length > index)
  return isExplained ? problems.filter(({ seq }) => seq > last) : problems
}
