import { reports, sessionEvents, strikes, users } from '@viva/db/schema'
import { and, asc, eq, inArray } from 'drizzle-orm'
import type { z } from 'zod'
import type { Report, Session, SessionEventPayloads, StrikeReview } from '../../contract/index.ts'
import type { companySessionInput } from '../../contract/schemas/sessions.ts'
import type { CompanyContext } from '../../core/context.ts'
import { verifyLog } from '../evidence/index.ts'
import { mediaOf } from '../media/index.ts'
import { loadSession, loadTranscript, type Reader } from '../sessions/index.ts'
import { checkRecords } from './check-records.ts'
import type { ReportBody } from './report-body.ts'

/**
 * Everything a reviewer decides on. Transcript, strikes and recordings are there at any time; `id` is null until the
 * session is closed, scores and summary come with status `ready`. The chain is recomputed with every call, and the
 * rows that the report is read from are compared with the events that vouch for them.
 *
 * @throws NOT_FOUND, also where the session is another company's
 * @throws OVERLOADED
 */
export async function get({
  ctx,
  input,
}: {
  ctx: CompanyContext
  input: z.output<typeof companySessionInput>
}): Promise<Report> {
  const { sessionId } = input
  const session = await loadSession(ctx.db.drizzle, { sessionId, companyId: ctx.member.companyId })
  return ctx.wholeLogs(() => reportOn(ctx, session))
}

async function reportOn(ctx: CompanyContext, session: Session): Promise<Report> {
  const db = ctx.db.drizzle
  const sessionId = session.id
  const [row] = await db.select().from(reports).where(eq(reports.sessionId, sessionId))
  // Only `makeReport` writes it.
  const body = (row?.body ?? null) as ReportBody | null
  const chain = await verifyLog(ctx, sessionId)
  const changed = await ctx.db.transaction((snapshot) => checkRecords(snapshot, sessionId), {
    isolationLevel: 'repeatable read',
    accessMode: 'read only',
  })
  const problems = [...chain.problems, ...changed]
  return {
    id: row?.id ?? null,
    status: row?.status ?? 'pending',
    session,
    transcript: await loadTranscript(db, sessionId),
    scores: body?.scores ?? [],
    summary: body?.summary ?? null,
    strikes: await loadStrikes(db, sessionId),
    media: await mediaOf(db, sessionId),
    chain: { ...chain, ok: problems.length === 0, problems },
    createdAt: row?.readyAt?.toISOString() ?? null,
  }
}

async function loadStrikes(db: Reader, sessionId: string): Promise<Report['strikes']> {
  const found = await db
    .select({ row: strikes, reviewerName: users.name })
    .from(strikes)
    .leftJoin(users, eq(users.id, strikes.reviewedBy))
    .where(eq(strikes.sessionId, sessionId))
    .orderBy(asc(strikes.id))
  const rows = found.map(({ row, reviewerName }) => ({ ...row, review: toReview(row, reviewerName) }))
  const seqs = [...new Set(rows.flatMap(({ signalSeqs }) => signalSeqs))]
  const events = seqs.length
    ? await db
        .select({ seq: sessionEvents.seq, at: sessionEvents.at, payload: sessionEvents.payload })
        .from(sessionEvents)
        .where(and(eq(sessionEvents.sessionId, sessionId), inArray(sessionEvents.seq, seqs)))
        .orderBy(asc(sessionEvents.seq))
    : []
  return rows.map(({ id, ruleId, severity, message, signalSeqs, at, review }) => ({
    id,
    ruleId,
    severity,
    message,
    signalSeqs,
    at: at.toISOString(),
    signals: events
      .filter(({ seq }) => signalSeqs.includes(seq))
      .map(({ seq, at: signalAt, payload }) => {
        // The policy engine names the seqs of signals alone; an erased one has no payload any more.
        const signal = payload as SessionEventPayloads['signal.recorded'] | null
        return {
          seq,
          kind: signal?.kind ?? 'erased',
          at: signalAt.toISOString(),
          clientTime: signal?.clientTime ?? '',
        }
      }),
    review,
  }))
}

/** A review is there whole or not at all: the table sees to it. */
function toReview(row: typeof strikes.$inferSelect, name: string | null): StrikeReview | null {
  const { reviewDecision: decision, reviewReason: reason, reviewedBy: id, reviewedAt } = row
  if (decision === null || reason === null || id === null || reviewedAt === null || name === null) return null
  return { decision, reason, reviewer: { id, name }, at: reviewedAt.toISOString() }
}
