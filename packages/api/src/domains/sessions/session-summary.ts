import { answers, mediaObjects, questions, sessionEvents, sessionHeads } from '@viva/db/schema'
import { and, count, eq } from 'drizzle-orm'
import type { SessionSummary } from '../../contract/index.ts'
import type { Reader, SessionRow } from './internal.ts'

/** What a session came to so far: counts, and the head of its log, which its candidate may keep as proof. */
export async function summarize(db: Reader, row: SessionRow): Promise<SessionSummary> {
  const of = row.id
  const [asked] = await db.select({ n: count() }).from(questions).where(eq(questions.sessionId, of))
  const [answered] = await db.select({ n: count() }).from(answers).where(eq(answers.sessionId, of))
  const [signals] = await db
    .select({ n: count() })
    .from(sessionEvents)
    .where(and(eq(sessionEvents.sessionId, of), eq(sessionEvents.type, 'signal.recorded')))
  const [media] = await db
    .select({ n: count() })
    .from(mediaObjects)
    .where(and(eq(mediaObjects.sessionId, of), eq(mediaObjects.status, 'stored')))
  const [head] = await db
    .select({ seq: sessionHeads.seq, hash: sessionHeads.hash })
    .from(sessionHeads)
    .where(eq(sessionHeads.sessionId, of))
  return {
    id: row.id,
    state: row.state,
    endReason: row.endReason,
    questions: asked?.n ?? 0,
    answers: answered?.n ?? 0,
    signals: signals?.n ?? 0,
    strikes: row.strikeCount,
    media: media?.n ?? 0,
    events: head?.seq ?? 0,
    startedAt: row.startedAt?.toISOString() ?? null,
    closedAt: row.closedAt?.toISOString() ?? null,
    headHash: Buffer.from(head?.hash ?? []).toString('hex'),
  }
}
