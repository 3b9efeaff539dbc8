import type { DrizzleTransaction } from '@viva/db'
import { auditLog } from '@viva/db/schema'
import type { JsonObject } from '../contract/index.ts'
import { actorLabel } from './actor.ts'
import type { AppContext } from './context.ts'

/** Writes what a member or the system did to the append-only audit log, in the transaction that does it. */
export async function audit(
  ctx: AppContext,
  db: Pick<DrizzleTransaction, 'insert'>,
  entry: { companyId: string | null; action: string; target?: string; details?: JsonObject },
): Promise<void> {
  await db.insert(auditLog).values({
    id: ctx.random.id(),
    companyId: entry.companyId,
    actor: actorLabel(ctx.actor),
    action: entry.action,
    target: entry.target ?? null,
    details: entry.details ?? {},
    ip: ctx.request.ip || null,
    requestId: ctx.request.id,
    at: ctx.clock.now(),
  })
}
