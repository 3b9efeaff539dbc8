import { sessions } from '@viva/db/schema'
import { createChainVerifier, createSealPoints, EvidenceError, type Seal, verifySeal } from '@viva/evidence'
import { eq } from 'drizzle-orm'
import type { ChainStatus } from '../../contract/index.ts'
import type { AppContext } from '../../core/context.ts'
import { notFound } from '../../core/errors.ts'
import { readLog } from './read-log.ts'

/**
 * Recomputes a session's chain from its rows and compares it with the recorded head and with every seal, so that an
 * edited, deleted, inserted or moved row is named, and so is a past that was rewritten with all its hashes.
 */
export async function verifyLog(ctx: AppContext, sessionId: string): Promise<ChainStatus> {
  const keys = await ctx.keys.published()
  return readLog(ctx, sessionId, async ({ head, seals, batches }, db) => {
    if (head === null) throw notFound('session')
    const [session] = await db
      .select({ state: sessions.state })
      .from(sessions)
      .where(eq(sessions.id, sessionId))
    const verifier = createChainVerifier({ sessionId })
    const sealed = new Map(seals.map(({ seq }) => [seq, '']))
    const points = createSealPoints(session?.state ?? '')
    for await (const events of batches()) {
      for (const event of events) {
        verifier.push(event)
        if (sealed.has(event.seq)) sealed.set(event.seq, event.hash)
        points.push(event)
      }
    }
    const report = verifier.finish(head)
    const problems: ChainStatus['problems'] = [...report.problems]
    const valid: Seal[] = []
    for (const { seq, jws } of seals) {
      const seal = await openSeal(jws)
      if (seal) valid.push(seal)
      const problem = sealProblem(seal, seq, sealed.get(seq) ?? '')
      if (problem) problems.push({ ...problem, seq })
    }
    problems.push(...points.missing(valid))
    const { events, erased } = report
    return { ok: problems.length === 0, events, erased, headHash: report.head.hash, problems }
  })

  async function openSeal(jws: string): Promise<Seal | null> {
    try {
      return await verifySeal(jws, { keys, sessionId })
    } catch (error) {
      if (error instanceof EvidenceError) return null
      throw error
    }
  }
}

function sealProblem(seal: Seal | null, seq: number, hash: string): { code: string; message: string } | null {
  if (!seal) return { code: 'SEAL_INVALID', message: `the seal of event ${seq} does not verify` }
  if (seal.seq === seq && seal.hash === hash) return null
  return { code: 'SEAL_MISMATCH', message: `event ${seq}, or one before it, is not what was sealed` }
}
