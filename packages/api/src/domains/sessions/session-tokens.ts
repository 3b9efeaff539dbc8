import type { SessionTokens } from '../../contract/index.ts'
import type { AppContext } from '../../core/context.ts'
import { mintToken } from '../../core/tokens.ts'

/** Mints the scoped tokens of one session for one signed-in device of its candidate. */
export async function mintSessionTokens(
  ctx: AppContext,
  of: { sessionId: string; companyId: string; candidateId: string; authSessionId: string },
): Promise<SessionTokens> {
  const { sessionId, companyId, candidateId: sub, authSessionId: sid } = of
  const claims = { sub, sid, sessionId, companyId }
  const [ist, wst, aipt, acet] = await Promise.all([
    mintToken(ctx, 'ist', claims),
    mintToken(ctx, 'wst', claims),
    mintToken(ctx, 'aipt', claims),
    mintToken(ctx, 'acet', claims),
  ])
  const expires = Math.min(...[ist, wst, aipt, acet].map(({ expiresAt }) => expiresAt.getTime()))
  return {
    ist: ist.token,
    wst: wst.token,
    aipt: aipt.token,
    acet: acet.token,
    expiresAt: new Date(expires).toISOString(),
  }
}
