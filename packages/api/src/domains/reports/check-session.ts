import { sessionEvents, sessions } from '@viva/db/schema'
import { and, asc, eq, inArray } from 'drizzle-orm'
import type { ChainStatus, SessionEventPayloads } from '../../contract/index.ts'
import { recount } from '../proctoring/index.ts'
import { hashTerms, type Reader, type SessionRow } from '../sessions/index.ts'

type Problems = ChainStatus['problems']

/**
 * Compares a session's own row, from which lists and reports are read: whose it is, of which interview and policy, what these
 * say, and how it ended with the events that say so, and its count and flag with the strikes that stand. Name and address of
 * the candidate are in no event.
 *
 * @param options.isCountable whether the strikes are what their events say; else they make another count, which says nothing new
 */
export async function checkSession(
  db: Reader,
  sessionId: string,
  { isCountable }: { isCountable: boolean },
): Promise<Problems> {
  const [row] = await db.select().from(sessions).where(eq(sessions.id, sessionId))
  if (!row) return []
  const found = { ...row, terms: await hashTerms(db, row) }
  const problems = (await factsOf(db, row))
    .filter(({ said, column }) => said !== found[column])
    .map(({ seq, column }) =>
      problem(seq, `the session's ${NAMES[column]} is not the one that event ${seq} recorded`),
    )
  return isCountable ? [...problems, ...(await checkCounts(db, row))] : problems
}

const NAMES = {
  candidateId: 'candidate',
  interviewId: 'interview',
  interviewVersion: 'version of the interview',
  policyId: 'policy',
  policyVersion: 'version of the policy',
  terms: 'interview or policy, as it reads now,',
  state: 'state',
  endReason: 'reason of the end',
} as const

/** What an event says of a column of the session's row, or of the versions that the row names. */
interface SessionFact {
  seq: number
  column: keyof typeof NAMES
  said: unknown
}

/** What the events say of a session. An erased one says nothing. */
async function factsOf(db: Reader, row: SessionRow): Promise<SessionFact[]> {
  const { seq, type, actor, payload } = sessionEvents
  const types = ['session.created', 'session.claimed', 'session.transitioned']
  const events = await db
    .select({ seq, type, actor, payload })
    .from(sessionEvents)
    .where(and(eq(sessionEvents.sessionId, row.id), inArray(type, types)))
    .orderBy(asc(seq))
  const last = events.findLast((event) => event.type === 'session.transitioned')
  return events.flatMap((event): SessionFact[] => {
    if (event.payload === null) return []
    if (event.type === 'session.created') {
      const said = event.payload as SessionEventPayloads['session.created']
      const columns = ['interviewId', 'interviewVersion', 'policyId', 'policyVersion'] as const
      const facts: SessionFact[] = columns.map((column) => ({ seq: event.seq, column, said: said[column] }))
      // Another version has other terms, which would say nothing new.
      const isAsSaid =
        said.termsSha256 !== undefined && columns.every((column) => said[column] === row[column])
      return isAsSaid ? [...facts, { seq: event.seq, column: 'terms', said: said.termsSha256 }] : facts
    }
    if (event.type === 'session.claimed') {
      return [{ seq: event.seq, column: 'candidateId', said: event.actor.replace(/^candidate:/, '') }]
    }
    if (event !== last) return []
    const { to, reason } = event.payload as SessionEventPayloads['session.transitioned']
    return [
      { seq: event.seq, column: 'state', said: to },
      { seq: event.seq, column: 'endReason', said: reason },
    ]
  })
}

async function checkCounts(db: Reader, row: SessionRow): Promise<Problems> {
  const { strikeCount, flagged } = await recount(db, row)
  const problems: Problems = []
  if (row.strikeCount !== strikeCount) {
    problems.push(problem(0, `the session counts ${row.strikeCount} strikes, but ${strikeCount} stand`))
  }
  if (row.flagged !== flagged) {
    const what = `the session is ${row.flagged ? '' : 'not '}flagged`
    problems.push(problem(0, `${what}, although its strikes ${flagged ? '' : 'do not '}call for it`))
  }
  return problems
}

function problem(seq: number, message: string): Problems[number] {
  return { code: 'SESSION_CHANGED', seq, message }
}
