import { interviews } from '@viva/db/schema'
import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Interview } from '../../contract/index.ts'
import type { interviews as schemas } from '../../contract/schemas.ts'
import { audit } from '../../core/audit.ts'
import type { CompanyContext } from '../../core/context.ts'
import { transaction } from '../../core/transaction.ts'
import { loadInterview } from './internal.ts'

/**
 * Makes one version the one that new sessions get. An older version may be published again.
 *
 * @throws NOT_FOUND for an interview or a version that this company does not have
 */
export function publish({
  ctx,
  input,
}: {
  ctx: CompanyContext
  input: z.output<typeof schemas.publishInterviewInput>
}): Promise<Interview> {
  const { companyId } = ctx.member
  const { interviewId, version } = input
  return transaction(ctx, async (tx) => {
    await loadInterview(tx.db, { companyId, interviewId, version })
    await tx.db
      .update(interviews)
      .set({ publishedVersion: version, updatedAt: ctx.clock.now() })
      .where(and(eq(interviews.id, interviewId), eq(interviews.companyId, companyId)))
    await audit(ctx, tx.db, {
      companyId,
      action: 'interviews.publish',
      target: interviewId,
      details: { version },
    })
    return loadInterview(tx.db, { companyId, interviewId, version })
  })
}
