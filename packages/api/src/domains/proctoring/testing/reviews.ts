import type { PolicyRules, StrikeDecision } from '../../../contract/index.ts'
import { memberOf, type TestApp, type TestCandidate, type TestMember } from '../../../testing/index.ts'
import { candidateUnder, send, sent } from './signals.ts'

let keys = 0
/** A new idempotency key. */
const newKey = (): string => `review-test-${String(keys++).padStart(8, '0')}`

/** Somebody of the candidate's company who may decide about strikes. */
export function reviewerOf(
  app: TestApp,
  { companyId }: { companyId: string },
  role: TestMember['role'] = 'reviewer',
): Promise<TestMember> {
  return memberOf(app, { companyId, role })
}

/** Decides about a strike of a candidate's session. */
export function decide(
  reviewer: TestMember,
  candidate: Pick<TestCandidate, 'sessionId'>,
  strikeId: string | undefined,
  decision: StrikeDecision,
  more: { reason?: string; idempotencyKey?: string } = {},
) {
  const { companyId } = reviewer
  const { sessionId } = candidate
  const { reason = 'The reviewer saw why.', idempotencyKey = newKey() } = more
  return reviewer.api.proctoring.reviewStrike.mutate({
    companyId,
    sessionId,
    strikeId: strikeId ?? '',
    decision,
    reason,
    idempotencyKey,
  })
}

/** Hands the interview in. */
export function finalize(candidate: TestCandidate) {
  const { sessionId } = candidate
  return candidate.session.sessions.finalize.mutate({ sessionId, idempotencyKey: newKey() })
}

/** Every paste is a minor strike; two that stand are flagged, three end the session. */
export const COUNTING: PolicyRules = {
  rules: [
    {
      id: 'paste',
      kinds: ['paste'],
      count: 1,
      windowSeconds: 0,
      severity: 'minor',
      message: 'Text was pasted.',
    },
  ],
  consequences: [
    { strikes: 2, severity: 'minor', action: 'flag' },
    { strikes: 3, severity: 'minor', action: 'end' },
  ],
}

/** A candidate with strikes, somebody to decide about them, and the strikes' ids. */
export interface Struck {
  candidate: TestCandidate
  reviewer: TestMember
  ids: string[]
}

/** Gives a new candidate so many strikes. */
export async function struckUnder(app: TestApp, pastes: number, rules = COUNTING): Promise<Struck> {
  const candidate = await candidateUnder(app, rules)
  const { strikes } = await send(
    candidate,
    Array.from({ length: pastes }, (_, index) => sent(index + 1, 'paste')),
  )
  const reviewer = await reviewerOf(app, candidate)
  return { candidate, reviewer, ids: strikes.map(({ id }) => id) }
}
