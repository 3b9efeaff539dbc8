import { answers, companies, interviewVersions, sessions } from '@viva/db/schema'
import { countDistinct, eq } from 'drizzle-orm'
import { allowedActions, type CandidateSession, type InterviewDefinition } from '../../contract/index.ts'
import type { AppContext } from '../../core/context.ts'
import { notFound } from '../../core/errors.ts'
import type { Reader } from './internal.ts'
import { loadAsked, loadPendingRun } from './questions.ts'
import { versionOfSession } from './session-view.ts'

/**
 * A session as its candidate sees it: enough to go on exactly where they were, after a reload or on another device.
 *
 * @throws NOT_FOUND
 */
export async function loadCandidateSession(
  ctx: AppContext,
  db: Reader,
  sessionId: string,
): Promise<CandidateSession> {
  const [found] = await db
    .select({ row: sessions, definition: interviewVersions.definition, companyName: companies.name })
    .from(sessions)
    .innerJoin(interviewVersions, versionOfSession)
    .innerJoin(companies, eq(companies.id, sessions.companyId))
    .where(eq(sessions.id, sessionId))
  if (!found) throw notFound('session')
  const { row, companyName } = found
  // Only the interviews domain writes it, from a validated definition.
  const { title, introduction, limits, sensors, questions } = found.definition as InterviewDefinition
  const [answered] = await db
    .select({ questions: countDistinct(answers.questionId) })
    .from(answers)
    .where(eq(answers.sessionId, sessionId))
  const active = row.state === 'active'
  const current = active ? (await loadAsked(db, sessionId)).at(-1) : undefined
  return {
    id: row.id,
    state: row.state,
    endReason: row.endReason,
    allowed: allowedActions(row.state),
    interview: { title, introduction, limits, sensors, questionCount: questions.length },
    companyName,
    consents: row.consents,
    currentQuestion: current?.question ?? null,
    pendingRunId: active ? await loadPendingRun(db, sessionId) : null,
    answeredCount: answered?.questions ?? 0,
    deadlineAt: row.deadlineAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    lastClientSeq: row.lastClientSeq,
    serverTime: ctx.clock.now().toISOString(),
  }
}
