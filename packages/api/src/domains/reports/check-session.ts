import { sessionEvents, sessions } from '@viva/db/schema'
import { and, asc, eq, inArray } from 'drizzle-orm'
import type { ChainStatus, SessionEventPayloads } from '../../contract/index.ts'
import { recount } from '../proctoring/index.ts'
import type { Reader, SessionRow } from '../sessions/index.ts'

type Problems = ChainStatus['problems']

/**
 * Compares a session's own row, from which lists and reports are read: whose it is, of which interview and policy, and how it
 * ended with the events that say so, and its count and flag with the strikes that stand. Name and address of the candidate
 * are in no event.
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
  const problems = (await factsOf(db, sessionId))
    .filter(({ said, column }) => said !== row[column])
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
  state: 'state',
  endReason: 'reason of the end',
} as const

/** What an event says of a column of the session's row. */
interface SessionFact {
  seq: number
  column: keyof typeof NAMES
  said: unknown
}

/** What the events say of a session. An erased one says nothing. */
async function factsOf(db: Reader, sessionId: string): Promise<SessionFact[]> {
  const { seq, type, actor, payload } = sessionEvents
  const types = ['session.created', 'session.claimed', 'session.transitioned']
  const events = await db
    .select({ seq, type, actor, payload })
    .from(sessionEvents)
    .where(and(eq(sessionEvents.sessionId, sessionId), inArray(type, types)))
    .orderBy(asc(seq))
  const last = events.findLast((event) => event.type === 'session.transitioned')
  return events.flatMap((event): SessionFact[] => {
    if (event.payload === null) return []
    if (event.type === 'session.created') {
      const said = event.payload as SessionEventPayloads['session.created']
      return (['interviewId', 'interviewVersion', 'policyId', 'policyVersion'] as const).map((column) => ({
        seq: event.seq,
        column,
        said: said[column],
      }))
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
