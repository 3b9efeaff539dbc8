import { createHash } from 'node:crypto'
import { aiRuns } from '@viva/db/schema'
import { canonicalJson } from '@viva/evidence'
import { sql } from 'drizzle-orm'
import type { JsonValue, Run } from '../../contract/index.ts'
import type { AppContext } from '../../core/context.ts'
import { type Transaction, transaction } from '../../core/transaction.ts'
import type { Spent } from './execute-run.ts'
import { runHead, stillHeld } from './run-draft.ts'
import type { RunResult } from './run-handler.ts'
import { type HeldRun, LeaseLostError } from './run-lease.ts'

/** SHA-256 of a run's recorded input, in hex. Over the canonical form: the database keeps no order of keys. */
export function hashInput(input: unknown): string {
  return sha256(canonicalJson((input ?? null) as JsonValue))
}

/** SHA-256 of what came of a run's earlier calls, in hex; null where there were none. */
export function hashEarlierCalls(calls: unknown): string | null {
  return Array.isArray(calls) && calls.length > 0 ? sha256(canonicalJson(calls as JsonValue)) : null
}

/** SHA-256 of a run's recorded output, in hex. */
export function hashOutput(output: string): string {
  return sha256(output)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/**
 * Finishes a run, once: result, what it led to and its events are one transaction, which finds nothing to finish when
 * another instance has taken the run up meanwhile.
 *
 * @throws LeaseLostError then
 */
export async function finishRun<Parsed>(
  ctx: AppContext,
  run: HeldRun,
  end: {
    result: RunResult<Parsed>
    /** What the last call said; null where this attempt called nobody, and what an earlier one heard stays. */
    output: string | null
    errorCode: Run['errorCode']
    error: string | null
    spent: Spent
    latencyMs: number
    /** The handler's part; absent where the handler itself is what is broken. */
    use?: (tx: Transaction) => Promise<void>
  },
): Promise<void> {
  const { result, output, errorCode, error, spent, latencyMs } = end
  await transaction(ctx, async (tx) => {
    // First the session's row, as everywhere, so that two transactions never wait for each other.
    await tx.db.execute(sql`select 1 from sessions where id = ${run.sessionId} for update`)
    const [row] = await tx.db
      .update(aiRuns)
      .set({
        status: 'finished',
        outcome: result.outcome,
        ...(output === null ? {} : { output }),
        inputTokens: sql`${aiRuns.inputTokens} + ${spent.inputTokens}::bigint`,
        outputTokens: sql`${aiRuns.outputTokens} + ${spent.outputTokens}::bigint`,
        costMicroUsd: sql`${aiRuns.costMicroUsd} + ${spent.costMicroUsd}::bigint`,
        latencyMs,
        errorCode,
        error,
        leaseOwner: null,
        leaseUntil: null,
        finishedAt: ctx.clock.now(),
      })
      .where(stillHeld(run))
      .returning()
    if (!row) throw new LeaseLostError(`run ${run.id} is held by another instance`)
    await end.use?.(tx)
    await tx.append(run.sessionId, [
      {
        type: 'run.finished',
        payload: {
          runId: run.id,
          purpose: run.purpose,
          provider: row.provider ?? 'none',
          model: row.model ?? 'none',
          promptVersion: row.promptVersion ?? 'none',
          outcome: result.outcome,
          inputSha256: hashInput(row.input),
          outputSha256: row.output === '' ? null : hashOutput(row.output),
          earlierCallsSha256: hashEarlierCalls(row.earlierCalls),
          inputTokens: row.inputTokens,
          outputTokens: row.outputTokens,
        },
      },
    ])
    tx.poke(`run:${run.id}`, runHead(row.calls + 1, 0))
  })
}
