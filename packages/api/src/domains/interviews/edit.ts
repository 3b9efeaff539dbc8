import { interviews, interviewVersions } from '@viva/db/schema'
import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Interview } from '../../contract/index.ts'
import type { interviews as schemas } from '../../contract/schemas.ts'
import { audit } from '../../core/audit.ts'
import type { CompanyContext } from '../../core/context.ts'
import { AppError } from '../../core/errors.ts'
import { idempotent } from '../../core/idempotency.ts'
import { transaction } from '../../core/transaction.ts'
import { listed, loadInterview, resolveDefinition, toInterview } from './internal.ts'

/**
 * Makes the next version of an interview. Versions never change, so sessions that run by an older one are not touched;
 * new ones go on with the published version until this one is published.
 *
 * @throws NOT_FOUND; CONFLICT `newer_version` where `baseVersion` is not the newest one any more; IDEMPOTENCY_KEY_REUSED
 */
export function edit({
  ctx,
  input,
}: {
  ctx: CompanyContext
  input: z.output<typeof schemas.editInterviewInput>
}): Promise<Interview> {
  const { companyId } = ctx.member
  const { userId } = ctx.actor
  const { interviewId, baseVersion, idempotencyKey: key } = input
  const call = { scope: `user:${userId}`, procedure: 'interviews.edit', key, input }
  return transaction(ctx, (tx) =>
    idempotent(ctx, tx, call, async () => {
      await loadInterview(tx.db, { companyId, interviewId })
      const definition = await resolveDefinition(tx.db, companyId, input.definition)
      const now = ctx.clock.now()
      const version = baseVersion + 1
      // Two editors of one version: the second finds that it is not the newest any more.
      const [row] = await tx.db
        .update(interviews)
        .set({ ...listed(definition), latestVersion: version, updatedAt: now })
        .where(
          and(
            eq(interviews.id, interviewId),
            eq(interviews.companyId, companyId),
            eq(interviews.latestVersion, baseVersion),
          ),
        )
        .returning()
      if (!row) {
        throw new AppError(
          'CONFLICT',
          'This interview was edited meanwhile. Load its newest version first.',
          { reason: 'newer_version' },
        )
      }
      await tx.db
        .insert(interviewVersions)
        .values({ interviewId, version, companyId, definition, createdBy: userId, createdAt: now })
      await audit(ctx, tx.db, {
        companyId,
        action: 'interviews.edit',
        target: interviewId,
        details: { version },
      })
      return toInterview(row, version, definition)
    }),
  )
}
