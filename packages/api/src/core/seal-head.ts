import type { DrizzleTransaction } from '@viva/db'
import { sessionHeads, sessionSeals } from '@viva/db/schema'
import { signSeal } from '@viva/evidence'
import { eq, sql } from 'drizzle-orm'
import type { AppContext } from './context.ts'

/** The end of a log, and how it came about. */
export interface SealedHead {
  sessionId: string
  seq: number
  hash: string
  /** How many events, up to this one, this very transaction appended; 0 where it only reads. */
  appended: number
  /** When it is sealed, in whole seconds since 1970. */
  issuedAt: number
}

/**
 * Signs a log's head and keeps the signature: from then on a log that was rewritten from any event up to this one, with
 * all its hashes made anew, no longer matches. Of the exports that find the same head, the first one's seal is kept.
 *
 * @returns the seal, a compact JWS
 */
export async function sealHead(ctx: AppContext, db: DrizzleTransaction, head: SealedHead): Promise<string> {
  const { kid, privateKey } = await ctx.keys.signer()
  const { sessionId, seq, hash, appended, issuedAt } = head
  const jws = await signSeal(
    { issuer: ctx.config.publicUrl, sessionId, seq, hash, appended, issuedAt, kid },
    privateKey,
  )
  const companyId = sql`(${db.select({ id: sessionHeads.companyId }).from(sessionHeads).where(eq(sessionHeads.sessionId, sessionId))})`
  await db
    .insert(sessionSeals)
    .values({ sessionId, seq, companyId, appended, kid, jws, createdAt: ctx.clock.now() })
    .onConflictDoNothing()
  return jws
}
