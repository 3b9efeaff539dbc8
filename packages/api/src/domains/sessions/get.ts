import type { z } from 'zod'
import type { Session } from '../../contract/index.ts'
import type { sessions } from '../../contract/schemas.ts'
import type { CompanyContext } from '../../core/context.ts'
import { notFound } from '../../core/errors.ts'
import type { SessionRow } from './internal.ts'
import { toSession } from './session-view.ts'

/**
 * One session of the company.
 *
 * @throws NOT_FOUND
 */
export async function get({
  ctx,
  input,
}: {
  ctx: CompanyContext
  input: z.output<typeof sessions.companySessionInput>
}): Promise<Session> {
  // Raw: reviewers' screens ask for this all the time, and a builder costs more than the query.
  const [found] = await ctx.db.sql<(Omit<SessionRow, 'policyState'> & { title: string })[]>`
    select s.id, s.company_id as "companyId", s.interview_id as "interviewId",
      s.interview_version as "interviewVersion", s.policy_id as "policyId", s.policy_version as "policyVersion",
      s.state, s.end_reason as "endReason", s.candidate_id as "candidateId",
      s.candidate_name as "candidateName", s.candidate_email as "candidateEmail", s.consents,
      s.last_client_seq as "lastClientSeq", s.strike_count as "strikeCount", s.flagged,
      s.created_by as "createdBy", s.created_at as "createdAt", s.started_at as "startedAt",
      s.deadline_at as "deadlineAt", s.closed_at as "closedAt", v.definition ->> 'title' as title
    from sessions s
    join interview_versions v on v.interview_id = s.interview_id and v.version = s.interview_version
    where s.id = ${input.sessionId} and s.company_id = ${ctx.member.companyId}`
  if (!found) throw notFound('session')
  return toSession({ ...found, policyState: null }, found.title)
}
