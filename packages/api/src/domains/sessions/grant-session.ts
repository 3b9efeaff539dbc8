import type { SessionGrant } from '../../contract/index.ts'
import type { AppContext } from '../../core/context.ts'
import { loadCandidateSession } from './candidate-session.ts'
import type { SessionRow } from './internal.ts'
import { mintSessionTokens } from './session-tokens.ts'

/** The session as it is now, with tokens for one device of its candidate. Call it after the commit. */
export async function grantSession(
  ctx: AppContext,
  row: SessionRow,
  authSessionId: string,
): Promise<SessionGrant> {
  const { id: sessionId, companyId, candidateId } = row
  if (candidateId === null) throw new Error('a session that nobody claimed was granted')
  const [session, tokens] = await Promise.all([
    loadCandidateSession(ctx, ctx.db.drizzle, sessionId),
    mintSessionTokens(ctx, { sessionId, companyId, candidateId, authSessionId }),
  ])
  return { session, tokens }
}
