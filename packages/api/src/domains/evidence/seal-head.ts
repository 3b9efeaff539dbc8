import { sessionSeals } from '@viva/db/schema'
import { signSeal } from '@viva/evidence'
import { and, eq } from 'drizzle-orm'
import type { AppContext } from '../../core/context.ts'
import type { Transaction } from '../../core/transaction.ts'

/**
 * Signs a log's head and keeps the signature. From then on a log that was rewritten from any event up to this one, with
 * all its hashes made anew, no longer matches. A head that was sealed before keeps its first seal.
 *
 * @param head.at the time of the event that is sealed together with its append. Times never step back within a log, so it
 *   may be ahead of this instance's clock, and nothing is sealed before it happened
 * @returns the seal, a compact JWS
 */
export async function sealHead(
  ctx: AppContext,
  tx: Pick<Transaction, 'db'>,
  head: { sessionId: string; seq: number; hash: string; at?: string },
): Promise<string> {
  const { kid, privateKey } = await ctx.keys.signer()
  const now = ctx.clock.now()
  const { sessionId, seq, hash } = head
  const sealedAt = Math.max(now.getTime(), head.at === undefined ? 0 : Date.parse(head.at))
  const issuedAt = Math.floor(sealedAt / 1000)
  const jws = await signSeal(
    { issuer: ctx.config.publicUrl, sessionId, seq, hash, issuedAt, kid },
    privateKey,
  )
  const made = await tx.db
    .insert(sessionSeals)
    .values({ sessionId, seq, kid, jws, createdAt: now })
    .onConflictDoNothing()
    .returning({ jws: sessionSeals.jws })
  if (made[0]) return made[0].jws
  const [first] = await tx.db
    .select({ jws: sessionSeals.jws })
    .from(sessionSeals)
    .where(and(eq(sessionSeals.sessionId, sessionId), eq(sessionSeals.seq, seq)))
  return first?.jws ?? jws
}
