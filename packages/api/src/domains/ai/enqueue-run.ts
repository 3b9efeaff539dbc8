import { aiRuns } from '@viva/db/schema'
import type { JsonObject, RunPurpose } from '../../contract/index.ts'
import type { AppContext } from '../../core/context.ts'
import type { StreamName } from '../../core/ports.ts'
import type { Transaction } from '../../core/transaction.ts'

/** Poked when a run is waiting. */
export const RUN_QUEUE: StreamName = 'work:runs'

/**
 * Puts a run into the queue, in the caller's transaction: it exists, with its event, if and only if the rest of the
 * transaction does, and workers wake when it commits. It takes the log's lock, so call it late.
 *
 * A session has at most one unfinished `question` or `follow_up` run: a second one breaks the unique index
 * `ai_runs_one_question`, so look for it under the session's lock first.
 *
 * @param run.task what the handler needs to write the prompt and to use the answer
 * @param run.questionId the question that the run is about, where there is one
 * @returns the run's id
 */
export async function enqueueRun(
  ctx: AppContext,
  tx: Transaction,
  run: {
    sessionId: string
    companyId: string
    purpose: RunPurpose
    task: JsonObject
    questionId?: string | null
  },
): Promise<string> {
  const { sessionId, companyId, purpose, task, questionId = null } = run
  const id = ctx.random.id()
  const now = ctx.clock.now()
  await tx.db
    .insert(aiRuns)
    .values({ id, sessionId, companyId, purpose, task, status: 'pending', createdAt: now })
  await tx.append(sessionId, [{ type: 'run.started', payload: { runId: id, purpose, questionId } }])
  tx.poke(RUN_QUEUE, now.getTime())
  return id
}
