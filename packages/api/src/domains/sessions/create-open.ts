import { users } from '@viva/db/schema'
import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { SessionGrant } from '../../contract/index.ts'
import type { sessions } from '../../contract/schemas.ts'
import type { UserContext } from '../../core/context.ts'
import { notFound } from '../../core/errors.ts'
import { idempotent } from '../../core/idempotency.ts'
import type { RateLimit } from '../../core/ports.ts'
import { transaction } from '../../core/transaction.ts'
import { createSession } from './create-session.ts'
import { grantSession } from './grant-session.ts'
import { requireSession } from './internal.ts'
import { loadPublished } from './published-interview.ts'
import { takeSession } from './take-session.ts'

/** How long a session that its candidate made may wait for its start. */
const START_WITHIN_MS = 24 * 3_600_000

/** Sessions that one user may open: each may draw on the company's AI tokens, and nobody there has invited them. */
const PER_USER: RateLimit = { name: 'sessions.createOpen', points: 30, seconds: 3600 }

/**
 * Makes a session in an open interview for the signed-in user, a guest too, claimed already.
 *
 * @throws NOT_FOUND also where the interview exists but its published version is not open; RATE_LIMITED
 */
export async function createOpen({
  ctx,
  input,
}: {
  ctx: UserContext
  input: z.output<typeof sessions.createOpenInput>
}): Promise<SessionGrant> {
  const { userId, authSessionId } = ctx.actor
  await ctx.limiter.consume(PER_USER, `user:${userId}`)
  const call = { scope: `user:${userId}`, procedure: 'sessions.createOpen', key: input.idempotencyKey, input }
  const { sessionId } = await transaction(ctx, (tx) =>
    idempotent(ctx, tx, call, async () => {
      const interview = await loadPublished(tx.db, input.interviewId)
      if (!interview?.published?.definition.open) throw notFound('interview')
      const [user] = await tx.db.select().from(users).where(eq(users.id, userId))
      if (!user) throw notFound('user')
      const { row, created } = await createSession(ctx, tx, {
        companyId: interview.companyId,
        interview: { id: interview.id, ...interview.published },
        candidate: {},
        createdBy: userId,
        expiresAt: new Date(ctx.clock.now().getTime() + START_WITHIN_MS),
      })
      const { id, email, name, guest, createdAt } = user
      await takeSession(tx, row, { id, email, name, guest, createdAt: createdAt.toISOString() }, [created])
      // The tokens are minted anew for a replay: kept ones would lie in the table in the clear.
      return { sessionId: row.id }
    }),
  )
  return grantSession(ctx, await requireSession(ctx.db.drizzle, sessionId), authSessionId)
}
