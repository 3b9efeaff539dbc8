import { createHash } from 'node:crypto'
import { invitations, users } from '@viva/db/schema'
import { and, eq, gt, isNull } from 'drizzle-orm'
import type { z } from 'zod'
import type { AuthResult, SessionClaim, User } from '../../contract/index.ts'
import type { sessions } from '../../contract/schemas.ts'
import type { AppContext } from '../../core/context.ts'
import { AppError } from '../../core/errors.ts'
import { hashLinkToken } from '../../core/link-token.ts'
import { type Transaction, transaction } from '../../core/transaction.ts'
import { openAuthSession } from '../auth/index.ts'
import { grantSession } from './grant-session.ts'
import { lockSession, requireAction, type SessionRow } from './internal.ts'
import { linkInvalid } from './link-invalid.ts'
import { takeSession } from './take-session.ts'

type Input = z.output<typeof sessions.claimInput>

/**
 * Takes a session by its link: for the signed-in user, or for a new guest with an auth session of their own, so that
 * refresh, devices and log-out work for both alike. Of two claims at once one wins. Whoever has claimed may claim again and
 * gets the session again: a user by being signed in, a guest by the key of the first claim, whose answer may have been
 * lost together with their tokens.
 *
 * @throws LINK_INVALID where the link was used by somebody else, has expired, or never existed; INVALID_STATE where the
 * session was ended before anybody claimed it
 */
export async function claim({ ctx, input }: { ctx: AppContext; input: Input }): Promise<SessionClaim> {
  const claimed = await transaction(ctx, async (tx) => {
    const hash = Buffer.from(hashLinkToken(input.token))
    const link = and(eq(invitations.tokenHash, hash), eq(invitations.kind, 'session'))
    const [known] = await tx.db.select({ sessionId: invitations.sessionId }).from(invitations).where(link)
    if (!known?.sessionId) throw linkInvalid()
    const row = await lockSession(tx, known.sessionId)
    // Read again under the lock: a rival may have claimed it while this call waited.
    const [invitation] = await tx.db.select().from(invitations).where(link)
    if (!invitation) throw linkInvalid()
    const now = ctx.clock.now()
    const isOver = invitation.expiresAt.getTime() <= now.getTime()
    if (invitation.claimedAt !== null) {
      const isOwner = ctx.actor.kind === 'user' && invitation.claimedBy === ctx.actor.userId
      if (isOwner) return { row, auth: null }
      if (isOver || ctx.actor.kind === 'user' || !isSameKey(invitation, input)) throw linkInvalid()
      return { row, auth: await guestAgain(ctx, tx, invitation.claimedBy, input) }
    }
    if (isOver) throw linkInvalid()
    requireAction(row, 'claim')
    const { user, auth } = await candidate(ctx, tx, row, input)
    const won = await tx.db
      .update(invitations)
      .set({ claimedAt: now, claimedBy: user.id, claimKeyHash: auth ? keyHash(input) : null })
      .where(
        and(eq(invitations.id, invitation.id), isNull(invitations.claimedAt), gt(invitations.expiresAt, now)),
      )
      .returning({ id: invitations.id })
    if (won.length === 0) throw linkInvalid()
    return { row: await takeSession(tx, row, user), auth }
  })
  const { row, auth } = claimed
  return { auth, grant: await grantSession(ctx, row, authSessionOf(ctx, auth)) }
}

/** The signed-in user, or a guest who is made and signed in here. */
async function candidate(
  ctx: AppContext,
  tx: Transaction,
  row: SessionRow,
  input: Input,
): Promise<{ user: User; auth: AuthResult | null }> {
  if (ctx.actor.kind === 'user') {
    const [user] = await tx.db.select().from(users).where(eq(users.id, ctx.actor.userId))
    if (!user) throw new AppError('UNAUTHENTICATED', 'Log in first.', {})
    const { id, email, name, guest, createdAt } = user
    return { user: { id, email, name, guest, createdAt: createdAt.toISOString() }, auth: null }
  }
  const id = ctx.random.id()
  const name = input.name ?? row.candidateName ?? 'Guest'
  const createdAt = ctx.clock.now()
  await tx.db.insert(users).values({ id, email: null, name, guest: true, createdAt })
  const tokens = await openAuthSession(ctx, tx.db, {
    userId: id,
    guest: true,
    transport: input.refreshTransport,
  })
  const user = { id, email: null, name, guest: true, createdAt: createdAt.toISOString() }
  return { user, auth: { user, tokens } }
}

/** Signs the guest in who claimed before with the same key. Only guests have a key, so nobody gets at an account by it. */
async function guestAgain(
  ctx: AppContext,
  tx: Transaction,
  userId: string | null,
  input: Input,
): Promise<AuthResult> {
  const [guest] = await tx.db
    .select()
    .from(users)
    .where(and(eq(users.id, userId ?? ''), eq(users.guest, true), isNull(users.disabledAt)))
  if (!guest) throw linkInvalid()
  const { id, email, name, createdAt } = guest
  const tokens = await openAuthSession(ctx, tx.db, {
    userId: id,
    guest: true,
    transport: input.refreshTransport,
  })
  return { user: { id, email, name, guest: true, createdAt: createdAt.toISOString() }, tokens }
}

function keyHash({ idempotencyKey }: Input): Buffer | null {
  return idempotencyKey === undefined ? null : createHash('sha256').update(idempotencyKey).digest()
}

function isSameKey(invitation: { claimKeyHash: Uint8Array | null }, input: Input): boolean {
  const hash = keyHash(input)
  return hash !== null && invitation.claimKeyHash !== null && hash.equals(invitation.claimKeyHash)
}

function authSessionOf(ctx: AppContext, auth: AuthResult | null): string {
  if (auth) return auth.tokens.authSessionId
  if (ctx.actor.kind === 'user') return ctx.actor.authSessionId
  throw new AppError('UNAUTHENTICATED', 'Log in first.', {})
}
