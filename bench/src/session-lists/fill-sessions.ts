import { randomUUIDv7 } from 'node:crypto'
import type { Db } from '@viva/db'
import { makeInterview } from '@viva/db/testing'

/** A company whose sessions are listed. */
export interface Listed {
  companyId: string
  interviewId: string
}

/**
 * Gives a new company `count` sessions by SQL alone, an hour apart: of twenty, one each in the other states and one
 * flagged, so that either number of sessions fills a page whatever the filter. Ends with fresh statistics.
 */
export async function fillSessions(db: Db, count: number): Promise<Listed> {
  const { companyId, id: interviewId, policyId } = await makeInterview(db)
  const ids = Array.from({ length: count }, () => randomUUIDv7())
  await db.sql.begin(async (tx) => {
    await tx`set local statement_timeout = 0`
    await tx`
      insert into sessions (id, company_id, interview_id, interview_version, policy_id, policy_version, state,
        end_reason, candidate_email, flagged, created_at, deadline_at, closed_at)
      select copy, ${companyId}, ${interviewId}, 1, ${policyId}, 1, made.state,
        case when made.state = 'ended' then 'expired' end, 'candidate-' || n || '@example.test', n % 20 = 7, made.at,
        made.at + interval '1 day', case when made.state in ('completed', 'ended') then made.at end
      from unnest(${ids}::uuid[]) with ordinality as listed (copy, n)
      cross join lateral (
        select timestamptz '2015-01-01' + n * interval '1 hour' as at,
          coalesce((array['setup', 'precheck', 'ready', 'active', 'ended'])[n % 20], 'completed') as state
      ) made`
  })
  await db.sql`vacuum analyze sessions`
  return { companyId, interviewId }
}
