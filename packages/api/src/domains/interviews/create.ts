import { interviews, interviewVersions } from '@viva/db/schema'
import type { z } from 'zod'
import type { Interview } from '../../contract/index.ts'
import type { interviews as schemas } from '../../contract/schemas.ts'
import { audit } from '../../core/audit.ts'
import type { CompanyContext } from '../../core/context.ts'
import { idempotent } from '../../core/idempotency.ts'
import { transaction } from '../../core/transaction.ts'
import { listed, resolveDefinition, toInterview } from './internal.ts'

/**
 * Makes an interview, as a draft in version 1.
 *
 * @throws NOT_FOUND for a policy that this company does not have
 */
export function create({
  ctx,
  input,
}: {
  ctx: CompanyContext
  input: z.output<typeof schemas.createInterviewInput>
}): Promise<Interview> {
  const { companyId } = ctx.member
  const { userId } = ctx.actor
  const call = {
    scope: `user:${userId}`,
    procedure: 'interviews.create',
    key: input.idempotencyKey,
    input,
  }
  return transaction(ctx, (tx) =>
    idempotent(ctx, tx, call, async () => {
      const definition = await resolveDefinition(tx.db, companyId, input.definition)
      const now = ctx.clock.now()
      const row = {
        id: ctx.random.id(),
        companyId,
        ...listed(definition),
        latestVersion: 1,
        publishedVersion: null,
        createdBy: userId,
        createdAt: now,
        updatedAt: now,
      }
      await tx.db.insert(interviews).values(row)
      await tx.db.insert(interviewVersions).values({
        interviewId: row.id,
        version: 1,
        companyId,
        definition,
        createdBy: userId,
        createdAt: now,
      })
      await audit(ctx, tx.db, { companyId, action: 'interviews.create', target: row.id })
      return toInterview(row, 1, definition)
    }),
  )
}
