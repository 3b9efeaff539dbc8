import type { z } from 'zod'
import type { Session } from '../../contract/index.ts'
import type { sessions } from '../../contract/schemas.ts'
import type { CompanyContext } from '../../core/context.ts'
import { notFound } from '../../core/errors.ts'
import type { SessionRow } from './internal.ts'
import { sessionColumns, toSession } from './session-view.ts'

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
  const { sql } = ctx.db
  const [found] = await sql<(Omit<SessionRow, 'policyState'> & { title: string })[]>`
    select ${sessionColumns(sql)}
    from sessions s
    join interview_versions v on v.interview_id = s.interview_id and v.version = s.interview_version
    where s.id = ${input.sessionId} and s.company_id = ${ctx.member.companyId}`
  if (!found) throw notFound('session')
  return toSession(found, found.title)
}
