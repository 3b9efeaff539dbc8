import { makeInterview, makePolicy, makeSession } from '@viva/db/testing'
import type { PolicyRules, SessionEvent, SignalInput } from '../../../contract/index.ts'
import { candidateOf, type TestApp, type TestCandidate } from '../../../testing/index.ts'

const START = Date.parse('2026-03-01T10:00:00.000Z')
/** A signal, a second after the one before. */
export function sent(
  clientSeq: number,
  kind: SignalInput['kind'] = 'copy',
  details?: SignalInput['details'],
) {
  const clientTime = new Date(START + clientSeq * 1000).toISOString()
  return { clientSeq, clientTime, kind, ...(details ? { details } : {}) }
}
/** Sends a batch as the candidate's browser does. */
export const send = (candidate: TestCandidate, signals: SignalInput[]) =>
  candidate.signals.proctoring.record.mutate({ sessionId: candidate.sessionId, signals })

/** A candidate whose session runs by these rules. */
export async function candidateUnder(app: TestApp, rules: PolicyRules): Promise<TestCandidate> {
  const policy = await makePolicy(app.db, { rules })
  const interview = await makeInterview(app.db, { companyId: policy.companyId, policy })
  const session = await makeSession(app.db, {
    interview,
    state: 'active',
    consents: { browser: true },
    startedAt: app.clock.now(),
    deadlineAt: new Date(app.clock.now().getTime() + 3_600_000),
  })
  return candidateOf(app, { session })
}

/** An event as its row holds it. */
export type LoggedEvent = Pick<SessionEvent, 'seq' | 'type' | 'actor' | 'payload'>
/** A session's log, in order. */
export async function logOf(app: TestApp, sessionId: string): Promise<LoggedEvent[]> {
  return app.db.sql<LoggedEvent[]>`
    select seq, type, actor, payload from session_events where session_id = ${sessionId} order by seq`
}
/** The types of a session's events, in order. */
export const typesOf = async (app: TestApp, sessionId: string) =>
  (await logOf(app, sessionId)).map(({ type }) => type)

/** What signals have made of a session. */
export async function sessionRow(app: TestApp, sessionId: string) {
  const [row] = await app.db.sql<
    { state: string; end_reason: string | null; flagged: boolean; strike_count: number }[]
  >`select state, end_reason, flagged, strike_count from sessions where id = ${sessionId}`
  return row
}
