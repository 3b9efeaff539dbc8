import { authSessions } from '@viva/db/schema'
import { and, desc, eq, gt, isNull } from 'drizzle-orm'
import type { Device } from '../../contract/index.ts'
import type { UserContext } from '../../core/context.ts'

/** The devices on which the caller is logged in, the last used first. */
export async function devices({ ctx }: { ctx: UserContext }): Promise<Device[]> {
  const now = ctx.clock.now()
  const { userId, authSessionId } = ctx.actor
  const rows = await ctx.db.drizzle
    .select()
    .from(authSessions)
    .where(
      and(
        eq(authSessions.userId, userId),
        isNull(authSessions.revokedAt),
        gt(authSessions.idleExpiresAt, now),
        gt(authSessions.absoluteExpiresAt, now),
      ),
    )
    .orderBy(desc(authSessions.lastUsedAt), desc(authSessions.id))
  return rows.map((row) => ({
    authSessionId: row.id,
    userAgent: row.userAgent,
    ip: row.ip,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt.toISOString(),
    current: row.id === authSessionId,
  }))
}
