import { authSessions, users } from '@viva/db/schema'
import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { AuthTokens } from '../../contract/index.ts'
import type { auth } from '../../contract/schemas.ts'
import { audit } from '../../core/audit.ts'
import type { AppContext } from '../../core/context.ts'
import { AppError } from '../../core/errors.ts'
import { type Transaction, transaction } from '../../core/transaction.ts'
import { deviceOf, handOut, loggedOut, type RefreshTransport, revokeAuthSessions } from './internal.ts'
import {
  GRACE_MS,
  IDLE_MS,
  openSuccessor,
  type RefreshToken,
  readRefreshToken,
  sealSuccessor,
  successorOf,
} from './refresh-token.ts'

type Device = Parameters<typeof handOut>[1]

/**
 * Trades a refresh token for its successor and a new access token. Within the grace every use of one token, however
 * parallel, gets the same successor. Any other use of a token that was replaced means that two parties hold it: the
 * device is logged out, since nobody can tell which of them is the thief (RFC 9700, section 4.14.2).
 *
 * @returns null where no token came: nobody is signed in, which a page that starts may ask without being told of an error
 * @throws REFRESH_REUSED where the token was replaced before; UNAUTHENTICATED where it is no good for any other reason
 */
export async function refresh({
  ctx,
  input,
}: {
  ctx: AppContext
  input: z.output<typeof auth.refreshInput>
}): Promise<AuthTokens | null> {
  // A token from the body is refused where the device keeps it in a cookie, and the other way round: a stolen cookie
  // is of no use without a browser, and no page can plant a body token as a cookie.
  const transport: RefreshTransport = input.refreshToken === undefined ? 'cookie' : 'body'
  const token = input.refreshToken ?? ctx.request.refreshCookie
  if (token === null) return null
  const presented = readRefreshToken(token)
  if (!presented) throw loggedOut()

  const outcome = await transaction(ctx, (tx) => rotate(ctx, tx, presented, transport))
  if (typeof outcome === 'object') return handOut(ctx, outcome)
  if (transport === 'cookie') ctx.request.setRefreshCookie(null, 0)
  if (outcome === 'refused') throw loggedOut()
  throw new AppError(
    'REFRESH_REUSED',
    'This device was logged out, since its token was used twice. Log in again.',
    {},
  )
}

/** What to hand out, or why nothing. A refusal is returned, not thrown: the revocation that it means must be committed. */
async function rotate(
  ctx: AppContext,
  tx: Transaction,
  presented: RefreshToken,
  transport: RefreshTransport,
): Promise<Device | 'refused' | 'reused'> {
  const now = ctx.clock.now()
  // The lock makes parallel refreshes of one device wait here: the first rotates, the others then see what it wrote.
  const [row] = await tx.db
    .select({ device: authSessions, guest: users.guest, disabledAt: users.disabledAt })
    .from(authSessions)
    .innerJoin(users, eq(users.id, authSessions.userId))
    .where(eq(authSessions.familyHash, presented.familyHash))
    .for('update', { of: authSessions })
  if (!row || row.disabledAt) return 'refused'
  const { device, guest } = row
  if (device.transport !== transport || device.revokedAt) return 'refused'
  if (device.idleExpiresAt <= now || device.absoluteExpiresAt <= now) return 'refused'

  const handedOut = (refreshToken: string): Device => ({
    authSessionId: device.id,
    userId: device.userId,
    guest,
    transport,
    refreshToken,
    absoluteExpiresAt: device.absoluteExpiresAt,
  })
  if (isSame(device.refreshHash, presented.hash)) {
    const successor = successorOf(presented.token, ctx.random)
    const box = { token: presented.token, authSessionId: device.id, successor: successor.token }
    const idleAt = new Date(now.getTime() + IDLE_MS)
    await tx.db
      .update(authSessions)
      .set({
        previousRefreshHash: presented.hash,
        refreshHash: successor.hash,
        successorBox: sealSuccessor(box, ctx.random),
        rotatedAt: now,
        lastUsedAt: now,
        idleExpiresAt: idleAt < device.absoluteExpiresAt ? idleAt : device.absoluteExpiresAt,
        ip: ctx.request.ip,
      })
      .where(eq(authSessions.id, device.id))
    return handedOut(successor.token)
  }

  const inGrace = now.getTime() - device.rotatedAt.getTime() <= GRACE_MS
  if (inGrace && isSame(device.previousRefreshHash, presented.hash) && device.successorBox) {
    const box = { token: presented.token, authSessionId: device.id, sealed: device.successorBox }
    const successor = openSuccessor(box)
    if (successor !== null) return handedOut(successor)
  }

  await revokeAuthSessions(ctx, tx, { where: deviceOf(device.userId, device.id), reason: 'refresh_reused' })
  await audit(ctx, tx.db, {
    companyId: null,
    action: 'auth.refresh',
    target: device.id,
    details: { reused: true },
  })
  return 'reused'
}

function isSame(stored: Uint8Array | null, presented: Uint8Array): boolean {
  return stored !== null && Buffer.compare(stored, presented) === 0
}
