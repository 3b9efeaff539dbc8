import type { EvidenceBundle } from '@viva/evidence'
import type { z } from 'zod'
import type { sessions } from '../../contract/schemas.ts'
import { audit } from '../../core/audit.ts'
import type { CompanyContext } from '../../core/context.ts'
import { exportEvidence as exportLog } from '../evidence/index.ts'
import { loadSession } from './session-view.ts'

/**
 * The evidence bundle of one of the company's sessions, to be verified offline. Who took it is in the audit log.
 *
 * @throws NOT_FOUND
 * @throws OVERLOADED
 */
export async function exportEvidence({
  ctx,
  input,
}: {
  ctx: CompanyContext
  input: z.output<typeof sessions.companySessionInput>
}): Promise<EvidenceBundle> {
  const { companyId } = ctx.member
  const { sessionId } = input
  await loadSession(ctx.db.drizzle, { sessionId, companyId })
  return ctx.wholeLogs(async () => {
    await audit(ctx, ctx.db.drizzle, { companyId, action: 'sessions.exportEvidence', target: sessionId })
    return exportLog(ctx, sessionId)
  })
}
