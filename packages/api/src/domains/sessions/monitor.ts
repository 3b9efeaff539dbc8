import type { z } from 'zod'
import { type EventBatch, type Role, roleHas } from '../../contract/index.ts'
import type { sessions } from '../../contract/schemas.ts'
import type { CompanyContext } from '../../core/context.ts'
import { AppError, notFound } from '../../core/errors.ts'
import { streamEvents, unlessAborted } from './event-stream.ts'
import { loadSession } from './session-view.ts'

/** A stream outlives the call that opened it, so the member's right to it is looked up again this often, in ms. */
const RECHECK_MS = 5000

/**
 * The whole log of one of the company's sessions as it grows. Ends within seconds for a member who is removed or loses
 * the permission.
 *
 * @throws NOT_FOUND, FORBIDDEN, also later on
 */
export async function* monitor({
  ctx,
  input,
  signal,
}: {
  ctx: CompanyContext
  input: z.output<typeof sessions.monitorInput>
  signal: AbortSignal
}): AsyncGenerator<{ cursor: string; data: EventBatch }, void, void> {
  const { sessionId } = input
  const { companyId } = ctx.member
  await unlessAborted(signal, loadSession(ctx.db.drizzle, { sessionId, companyId }))
  const cursor = Number(input.lastEventId ?? 0)
  let checkedAt = ctx.clock.now().getTime()
  for await (const batch of streamEvents(ctx, { sessionId, cursor, sees: () => true, signal })) {
    const now = ctx.clock.now().getTime()
    if (Math.abs(now - checkedAt) >= RECHECK_MS) {
      await unlessAborted(signal, requirePermission(ctx))
      checkedAt = now
    }
    yield batch
  }
}

async function requirePermission(ctx: CompanyContext): Promise<void> {
  const [row] = await ctx.db.sql<{ role: Role }[]>`
    select role from memberships where company_id = ${ctx.member.companyId} and user_id = ${ctx.actor.userId}`
  if (!row) throw notFound('company')
  if (!roleHas(row.role, 'sessions.read')) {
    const permission = 'sessions.read'
    throw new AppError('FORBIDDEN', `Your role lacks the permission ${permission}.`, { permission })
  }
}
