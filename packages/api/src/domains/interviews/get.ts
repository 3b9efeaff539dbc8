import type { z } from 'zod'
import type { Interview } from '../../contract/index.ts'
import type { interviews as schemas } from '../../contract/schemas.ts'
import type { CompanyContext } from '../../core/context.ts'
import { loadInterview } from './internal.ts'

/**
 * One of the company's interviews, in any version; the newest where none is named.
 *
 * @throws NOT_FOUND
 */
export function get({
  ctx,
  input,
}: {
  ctx: CompanyContext
  input: z.output<typeof schemas.interviewInput>
}): Promise<Interview> {
  const { interviewId, version } = input
  return loadInterview(ctx.db.drizzle, { companyId: ctx.member.companyId, interviewId, version })
}
