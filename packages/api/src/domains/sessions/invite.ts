import { invitations } from '@viva/db/schema'
import type { z } from 'zod'
import type { SessionInvitation } from '../../contract/index.ts'
import type { sessions } from '../../contract/schemas.ts'
import { audit } from '../../core/audit.ts'
import type { CompanyContext } from '../../core/context.ts'
import { AppError, notFound } from '../../core/errors.ts'
import { idempotent } from '../../core/idempotency.ts'
import { hashLinkToken, newLinkToken, openLinkToken, sealLinkToken } from '../../core/link-token.ts'
import { transaction } from '../../core/transaction.ts'
import { createSession } from './create-session.ts'
import { loadPublished } from './published-interview.ts'

/**
 * Invites a candidate: a session in the interview's published version, and a link to it that works once. The link's
 * secret is in this answer alone, and in that of a replay.
 *
 * @throws NOT_FOUND, CONFLICT `not_published`, `link_not_recoverable`
 */
export async function invite({
  ctx,
  input,
}: {
  ctx: CompanyContext
  input: z.output<typeof sessions.inviteInput>
}): Promise<SessionInvitation> {
  const { companyId } = ctx.member
  const scope = `user:${ctx.actor.userId}`
  const call = { scope, procedure: 'sessions.invite', key: input.idempotencyKey, input }
  const stored = await transaction(ctx, (tx) =>
    idempotent(ctx, tx, call, async () => {
      const interview = await loadPublished(tx.db, input.interviewId)
      if (interview?.companyId !== companyId) throw notFound('interview')
      if (interview.published === null) {
        throw new AppError('CONFLICT', 'Publish the interview before you invite candidates to it.', {
          reason: 'not_published',
        })
      }
      const now = ctx.clock.now()
      const expiresAt = new Date(now.getTime() + input.expiresInHours * 3_600_000)
      const { row, created } = await createSession(ctx, tx, {
        companyId,
        interview: { id: interview.id, ...interview.published },
        candidate: input.candidate,
        createdBy: ctx.actor.userId,
        expiresAt,
      })
      const token = newLinkToken(ctx)
      await tx.db.insert(invitations).values({
        id: ctx.random.id(),
        companyId,
        kind: 'session',
        sessionId: row.id,
        tokenHash: hashLinkToken(token),
        createdBy: ctx.actor.userId,
        createdAt: now,
        expiresAt,
      })
      await audit(ctx, tx.db, { companyId, action: 'sessions.invite', target: row.id })
      await tx.append(row.id, [created])
      const sealed = sealLinkToken(ctx, row.id, token)
      return { sessionId: row.id, sealed, expiresAt: expiresAt.toISOString() }
    }),
  )
  const { sessionId, sealed, expiresAt } = stored
  return { sessionId, token: openLinkToken(ctx, sessionId, sealed), expiresAt }
}
