import type { aiRuns } from '@viva/db/schema'
import type { EarlierCall, Run } from '../../contract/index.ts'

/** Shapes a run's row for a member. */
export function toRun(row: typeof aiRuns.$inferSelect): Run {
  const { id, sessionId, purpose, status, outcome, provider, model, promptVersion, input, output } = row
  const { inputTokens, outputTokens, costMicroUsd, latencyMs, attempts, calls, error } = row
  return {
    id,
    sessionId,
    purpose,
    status,
    outcome,
    provider,
    model,
    promptVersion,
    input,
    output,
    // Only a run's draft writes them.
    earlierCalls: row.earlierCalls as EarlierCall[],
    inputTokens,
    outputTokens,
    costMicroUsd,
    latencyMs,
    attempts,
    calls,
    errorCode:
      row.errorCode === 'AI_BUDGET_EXCEEDED' || row.errorCode === 'AI_UNAVAILABLE' ? row.errorCode : null,
    error,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  }
}
