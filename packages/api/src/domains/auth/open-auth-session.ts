import type { DrizzleTransaction } from '@viva/db'
import { authSessions } from '@viva/db/schema'
import type { AuthTokens } from '../../contract/index.ts'
import type { AppContext } from '../../core/context.ts'
import { handOut, type RefreshTransport } from './internal.ts'
import { ABSOLUTE_MS, IDLE_MS, newFamily } from './refresh-token.ts'

const USER_AGENT_LENGTH = 200

/**
 * Opens an auth session for a user who has just shown who they are, a guest included: a new id and a new family of
 * refresh tokens, never one that the caller brought along (session fixation).
 */
export async function openAuthSession(
  ctx: AppContext,
  db: Pick<DrizzleTransaction, 'insert'>,
  { userId, guest, transport }: { userId: string; guest: boolean; transport: RefreshTransport },
): Promise<AuthTokens> {
  const now = ctx.clock.now()
  const refresh = newFamily(ctx.random)
  const authSessionId = ctx.random.id()
  const absoluteExpiresAt = new Date(now.getTime() + ABSOLUTE_MS)
  await db.insert(authSessions).values({
    id: authSessionId,
    userId,
    familyHash: refresh.familyHash,
    refreshHash: refresh.hash,
    rotatedAt: now,
    transport,
    userAgent: shown(ctx.request.userAgent),
    ip: ctx.request.ip,
    createdAt: now,
    lastUsedAt: now,
    idleExpiresAt: new Date(now.getTime() + IDLE_MS),
    absoluteExpiresAt,
  })
  return handOut(ctx, {
    authSessionId,
    userId,
    guest,
    transport,
    refreshToken: refresh.token,
    absoluteExpiresAt,
  })
}

/** A User-Agent as the list of devices may show it: whatever was sent, short, storable and without control characters. */
function shown(userAgent: string): string {
  return userAgent
    .replace(/\p{Cc}/gu, '')
    .slice(0, USER_AGENT_LENGTH)
    .toWellFormed()
}
