import type { JsonObject, RunPurpose, SessionState } from '../../contract/index.ts'
import type { AppContext } from '../../core/context.ts'
import type { Spent } from './execute-run.ts'
import type { ClaimedRun } from './run-handler.ts'

/** A run with the proof that it is ours: nobody else has this owner with this attempt. */
export interface HeldRun extends ClaimedRun {
  owner: string
  sessionState: SessionState
}

/** Which runs share hands: a candidate waits for a question, and nobody waits for a score. */
export type RunLane = 'questions' | 'scoring'

/** Somebody else holds the run now: whatever was being done for it is no longer wanted. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError'
}

/**
 * Takes up the oldest run of a lane that nobody works on. Times are the database's, since the clocks of instances differ.
 * What a run cost is not known any more where its holder called a provider and fell silent.
 *
 * @param owner identifies the worker, other workers of the same instance included
 */
export async function claimRun(ctx: AppContext, owner: string, lane: RunLane): Promise<HeldRun | null> {
  const { sql } = ctx.db
  // As the partial index of unfinished questions has it, so that no queue of scorings stands before them.
  const inLane =
    lane === 'questions'
      ? sql`purpose in ('question', 'follow_up')`
      : sql`purpose not in ('question', 'follow_up')`
  const [row] = await sql<
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
      lease_until = now() + ${ctx.config.leaseMs}::int * interval '1 millisecond',
      cost_micro_usd = case when r.lease_owner is not null and r.calls > 0 then null else r.cost_micro_usd end
    where r.id = (
      select id from ai_runs where status <> 'finished' and (lease_until is null or lease_until <= now())
        and ${inLane}
      order by id limit 1 for update skip locked)
    returning r.id, r.session_id as "sessionId", r.company_id as "companyId", r.purpose, r.task, r.attempts, r.calls,
      (select state from sessions s where s.id = r.session_id) as "sessionState"`
  if (!row) return null
  const { attempts, ...run } = row
  return { ...run, attempt: attempts, owner }
}

/** Renews the leases of a worker's runs and returns those that are not its own any more. */
export async function renewRuns(
  ctx: AppContext,
  owner: string,
  runs: readonly HeldRun[],
): Promise<readonly HeldRun[]> {
  const rows = await ctx.db.sql<{ id: string; attempts: number }[]>`
    update ai_runs r set lease_until = now() + ${ctx.config.leaseMs}::int * interval '1 millisecond'
    from unnest(${runs.map(({ id }) => id)}::uuid[], ${runs.map(({ attempt }) => attempt)}::int[]) as held (id, attempt)
    where r.id = held.id and r.attempts = held.attempt and r.lease_owner = ${owner} and r.status = 'running'
    returning r.id, r.attempts`
  const renewed = new Map(rows.map(({ id, attempts }) => [id, attempts]))
  return runs.filter(({ id, attempt }) => renewed.get(id) !== attempt)
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
      input_tokens = input_tokens + ${spent.inputTokens}::bigint,
      output_tokens = output_tokens + ${spent.outputTokens}::bigint,
      cost_micro_usd = cost_micro_usd + ${spent.costMicroUsd}::bigint
    where id = ${run.id} and lease_owner = ${run.owner} and attempts = ${run.attempt} and status = 'running'`
}
