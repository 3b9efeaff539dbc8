import type { z } from 'zod'
import type { SessionTokens } from '../../contract/index.ts'
import type { sessions } from '../../contract/schemas.ts'
import type { UserContext } from '../../core/context.ts'
import { notFound } from '../../core/errors.ts'
import { requireSession } from './internal.ts'
import { mintSessionTokens } from './session-tokens.ts'

/**
 * New scoped tokens for the session's candidate, guests included, on whatever device they are signed in. Also for a
 * closed session: its summary stays readable.
 *
 * @throws NOT_FOUND for everybody else
 */
export async function refreshTokens({
  ctx,
  input,
}: {
  ctx: UserContext
  input: z.output<typeof sessions.sessionInput>
}): Promise<SessionTokens> {
  const { id: sessionId, companyId, candidateId } = await requireSession(ctx.db.drizzle, input.sessionId)
  if (candidateId !== ctx.actor.userId) throw notFound('session')
  return mintSessionTokens(ctx, { sessionId, companyId, candidateId, authSessionId: ctx.actor.authSessionId })
}
