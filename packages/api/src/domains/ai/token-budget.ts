import type { AppContext } from '../../core/context.ts'
import { AppError } from '../../core/errors.ts'
import type { TokenCount } from './tokens.ts'

/** Tokens that a call may use, taken from the company's day before the call. */
export interface Reservation extends TokenCount {
  companyId: string
  /** UTC, `2026-01-31`. */
  day: string
}

/**
 * Takes a call's estimated tokens from the company's day, in one conditional upsert, so that parallel runs cannot
 * spend the same tokens. The day can be exceeded by what calls use beyond their estimates, and by nothing else. A call
 * that a crash cuts off stays counted with its estimate: nobody knows what the provider charged for it.
 *
 * @throws AI_BUDGET_EXCEEDED where the day has fewer tokens left
 */
export async function reserveTokens(
  ctx: Pick<AppContext, 'db' | 'clock'>,
  companyId: string,
  estimate: TokenCount,
): Promise<Reservation> {
  const { inputTokens, outputTokens } = estimate
  const now = ctx.clock.now()
  const day = now.toISOString().slice(0, 10)
  const taken = await ctx.db.sql`
    insert into ai_usage (company_id, day, input_tokens, output_tokens, runs)
    select c.id, ${day}::date, ${inputTokens}::bigint, ${outputTokens}::bigint, 1 from companies c
    where c.id = ${companyId} and (c.ai_daily_token_cap is null
      or ${inputTokens}::bigint + ${outputTokens}::bigint <= c.ai_daily_token_cap)
    on conflict (company_id, day) do update set
      input_tokens = ai_usage.input_tokens + excluded.input_tokens,
      output_tokens = ai_usage.output_tokens + excluded.output_tokens,
      runs = ai_usage.runs + 1
    where coalesce(ai_usage.input_tokens + ai_usage.output_tokens + excluded.input_tokens + excluded.output_tokens
      <= (select ai_daily_token_cap from companies where id = ai_usage.company_id), true)
    returning runs`
  if (taken.length > 0) return { companyId, day, inputTokens, outputTokens }

  const [left] = await ctx.db.sql<{ cap: number | null; used: number }[]>`
    select c.ai_daily_token_cap as cap, coalesce(u.input_tokens + u.output_tokens, 0) as used
    from companies c left join ai_usage u on u.company_id = c.id and u.day = ${day}::date
    where c.id = ${companyId}`
  const resetsAt = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1))
  throw new AppError(
    'AI_BUDGET_EXCEEDED',
    "The company's AI tokens for today are used up. Raise the cap, or wait until the day is over (UTC).",
    { usedTokens: left?.used ?? 0, capTokens: left?.cap ?? 0, resetsAt: resetsAt.toISOString() },
  )
}

/** Replaces a reservation by what was really used. */
export async function settleTokens(
  ctx: Pick<AppContext, 'db'>,
  reserved: Reservation,
  used: TokenCount,
): Promise<void> {
  await ctx.db.sql`
    update ai_usage set
      input_tokens = input_tokens + ${used.inputTokens - reserved.inputTokens}::bigint,
      output_tokens = output_tokens + ${used.outputTokens - reserved.outputTokens}::bigint
    where company_id = ${reserved.companyId} and day = ${reserved.day}::date`
}
