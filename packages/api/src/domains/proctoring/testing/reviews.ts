import type { StrikeDecision } from '../../../contract/index.ts'
import { memberOf, type TestApp, type TestCandidate, type TestMember } from '../../../testing/index.ts'

let keys = 0
/** A new idempotency key. */
export const newKey = (): string => `review-test-${String(keys++).padStart(8, '0')}`

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
