import { sessions } from '@viva/db/schema'
import { BUNDLE_FORMAT, type EvidenceBundle, type EvidenceEvent } from '@viva/evidence'
import { eq } from 'drizzle-orm'
import type { AppContext } from '../../core/context.ts'
import { notFound } from '../../core/errors.ts'
import { sealHead } from '../../core/seal-head.ts'
import { readLog } from './read-log.ts'

/**
 * Makes a session's evidence bundle: its log as stored, every seal, one more over the present head, and the public
 * keys. It is not checked here: a log that somebody tampered with is exported as it is, and its reader will see it.
 */
export async function exportEvidence(ctx: AppContext, sessionId: string): Promise<EvidenceBundle> {
  const bundle = await readLog(ctx, sessionId, async ({ head, seals, batches }, db) => {
    const [row] = await db.select().from(sessions).where(eq(sessions.id, sessionId))
    if (!row || head === null) throw notFound('session')
    const events: EvidenceEvent[] = []
    for await (const batch of batches()) events.push(...batch)
    const session = {
      id: row.id,
      companyId: row.companyId,
      interviewId: row.interviewId,
      interviewVersion: row.interviewVersion,
      // Nobody has claimed it yet: the format knows no null here.
      candidateId: row.candidateId ?? '',
      state: row.state,
      endReason: row.endReason,
    }
    return { session, head, events, seals: seals.map(({ jws }) => jws) }
  })
  const now = ctx.clock.now()
  const head = { ...bundle.head, sessionId, appended: 0, issuedAt: Math.floor(now.getTime() / 1000) }
  // In a transaction of its own: the one above only reads. What it read cannot change, so sealing it later is the same.
  const seal = await ctx.db.transaction((db) => sealHead(ctx, db, head))
  const seals = bundle.seals.includes(seal) ? bundle.seals : [...bundle.seals, seal]
  const keys = (await ctx.keys.published()).map((key) => ({ ...key }))
  return { format: BUNDLE_FORMAT, exportedAt: now.toISOString(), ...bundle, seals, keys }
}
