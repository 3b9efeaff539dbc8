import type { AppContext } from '../../core/context.ts'

/** A report that this instance is making, with the proof that it is ours. */
export interface HeldReport {
  id: string
  sessionId: string
  companyId: string
  owner: string
  /** How often it was taken up, this time included. */
  attempt: number
}

/**
 * Takes up the oldest report that nobody makes and that waits for no run. Times are the database's, since the clocks of
 * instances differ.
 */
export async function claimReport(ctx: AppContext, owner: string): Promise<HeldReport | null> {
  const [row] = await ctx.db.sql<Omit<HeldReport, 'owner'>[]>`
    update reports r set attempts = r.attempts + 1, lease_owner = ${owner},
      lease_until = now() + ${ctx.config.leaseMs}::int * interval '1 millisecond'
    where r.id = (
      select p.id from reports p
      where p.status = 'pending' and (p.lease_until is null or p.lease_until <= now()) and not exists (
        select 1 from ai_runs a
        where a.session_id = p.session_id and a.purpose in ('scoring', 'summary') and a.status <> 'finished')
      order by p.id limit 1 for update skip locked)
    returning r.id, r.session_id as "sessionId", r.company_id as "companyId", r.attempts as attempt`
  return row ? { ...row, owner } : null
}

/** Lets a report rest after something broke. */
export async function releaseReport(ctx: AppContext, report: HeldReport, restMs: number): Promise<void> {
  await ctx.db.sql`
    update reports set lease_owner = null, lease_until = now() + ${restMs}::int * interval '1 millisecond'
    where id = ${report.id} and lease_owner = ${report.owner} and attempts = ${report.attempt} and status = 'pending'`
}
