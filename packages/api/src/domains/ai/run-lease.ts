import type { JsonObject, RunPurpose, SessionState } from '../../contract/index.ts'
import type { AppContext } from '../../core/context.ts'
import type { Spent } from './execute-run.ts'
import type { ClaimedRun } from './run-handler.ts'

/** A run with the proof that it is ours: nobody else has this owner with this attempt. */
export interface HeldRun extends ClaimedRun {
  owner: string
  sessionState: SessionState
}

/** Somebody else holds the run now: whatever was being done for it is no longer wanted. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError'
}

/**
 * Takes up the oldest run that nobody works on. Times are the database's, since the clocks of instances differ.
 *
 * @param owner identifies the worker, other workers of the same instance included
 */
export async function claimRun(ctx: AppContext, owner: string): Promise<HeldRun | null> {
  const [row] = await ctx.db.sql<
    {
      id: string
      sessionId: string
      companyId: string
      purpose: RunPurpose
      task: JsonObject
      attempts: number
      calls: number
      sessionState: SessionState
    }[]
  >`
    update ai_runs r set status = 'running', attempts = r.attempts + 1, lease_owner = ${owner},
      lease_until = now() + ${ctx.config.leaseMs}::int * interval '1 millisecond'
    where r.id = (
      select id from ai_runs where status <> 'finished' and (lease_until is null or lease_until <= now())
      order by id limit 1 for update skip locked)
    returning r.id, r.session_id as "sessionId", r.company_id as "companyId", r.purpose, r.task, r.attempts, r.calls,
      (select state from sessions s where s.id = r.session_id) as "sessionState"`
  if (!row) return null
  const { attempts, ...run } = row
  return { ...run, attempt: attempts, owner }
}

/** Renews the leases of a worker's runs and returns the ids that are still its own. */
export async function renewRuns(
  ctx: AppContext,
  owner: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const rows = await ctx.db.sql<{ id: string }[]>`
    update ai_runs set lease_until = now() + ${ctx.config.leaseMs}::int * interval '1 millisecond'
    where id = any(${[...ids]}::uuid[]) and lease_owner = ${owner} and status = 'running'
    returning id`
  return new Set(rows.map(({ id }) => id))
}

/**
 * Gives a run back unfinished, with what it cost so far.
 *
 * @param options.afterMs when it may be taken up again
 * @param options.counts false where the worker itself was stopped: that says nothing about the run
 */
export async function releaseRun(
  ctx: AppContext,
  run: HeldRun,
  spent: Spent,
  options: { afterMs: number; counts: boolean },
): Promise<void> {
  await ctx.db.sql`
    update ai_runs set lease_owner = null,
      lease_until = now() + ${options.afterMs}::int * interval '1 millisecond',
      attempts = attempts - ${options.counts ? 0 : 1}::int,
      input_tokens = input_tokens + ${spent.inputTokens}::int,
      output_tokens = output_tokens + ${spent.outputTokens}::int
    where id = ${run.id} and lease_owner = ${run.owner} and attempts = ${run.attempt} and status = 'running'`
}
