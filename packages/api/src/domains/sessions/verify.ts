import type { z } from 'zod'
import type { ChainStatus } from '../../contract/index.ts'
import type { sessions } from '../../contract/schemas.ts'
import type { CompanyContext } from '../../core/context.ts'
import { verifyLog } from '../evidence/index.ts'
import { loadSession } from './session-view.ts'

/**
 * Recomputes the chain of one of the company's sessions on the server.
 *
 * @throws NOT_FOUND
 * @throws OVERLOADED
 */
export async function verify({
  ctx,
  input,
}: {
  ctx: CompanyContext
  input: z.output<typeof sessions.companySessionInput>
}): Promise<ChainStatus> {
  const { sessionId } = input
  await loadSession(ctx.db.drizzle, { sessionId, companyId: ctx.member.companyId })
  return ctx.wholeLogs(() => verifyLog(ctx, sessionId))
}
