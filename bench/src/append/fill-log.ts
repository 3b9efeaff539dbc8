import { randomUUIDv7 } from 'node:crypto'
import type { Db } from '@viva/db'
import { makeSession } from '@viva/db/testing'

/** Events of each filled session: about what an interview leaves. */
const EVENTS_PER_SESSION = 250

/** A session whose log may be appended to. */
export interface OpenLog {
  id: string
  companyId: string
}

/** Makes `count` sessions of one company with empty logs. */
export async function openLogs(db: Db, count: number): Promise<OpenLog[]> {
  const first = await makeSession(db)
  const ids = await copySessions(db, first, count)
  return ids.map((id) => ({ id, companyId: first.companyId }))
}

/**
 * Stores `count` events in logs of their own, written by SQL alone: they are no chain, but rows of the usual size in
 * the same table and index. Ends with fresh statistics and, where the role may, a checkpoint, so that what follows does
 * not pay for the filling.
 */
export async function fillLogs(db: Db, count: number): Promise<void> {
  const perSession = Math.min(EVENTS_PER_SESSION, count)
  const ids = await copySessions(db, await makeSession(db), Math.ceil(count / perSession))
  await db.sql.begin(async (tx) => {
    await tx`set local statement_timeout = 0`
    await tx`
      insert into session_events (session_id, seq, company_id, type, at, actor, payload, salt, payload_hash, hash)
      select h.session_id, n, h.company_id, 'signal.recorded', now(), 'candidate:' || h.session_id,
        jsonb_build_object('clientSeq', n, 'clientTime', '2026-01-31T09:00:00.000Z', 'kind', 'tab_hidden',
          'details', jsonb_build_object('visibility', 'hidden', 'durationMs', n)),
        decode(md5(n::text), 'hex'), sha256(n::text::bytea), sha256((n + 1)::text::bytea)
      from session_heads h cross join generate_series(1, ${perSession}::int) n
      where h.session_id = any(${ids})`
    await tx`update session_heads set seq = ${perSession} where session_id = any(${ids})`
  })
  await db.sql`vacuum analyze session_events`
  await db.sql`vacuum analyze session_heads`
  await db.sql`checkpoint`.catch(() => undefined)
}

/** Copies a session and its head so many times, with ids that sort by time as the application's do. */
async function copySessions(db: Db, { id }: { id: string }, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUIDv7())
  await db.sql`
    insert into sessions (id, company_id, interview_id, interview_version, policy_id, policy_version, state,
      created_at, deadline_at)
    select copy, company_id, interview_id, interview_version, policy_id, policy_version, state, created_at, deadline_at
    from sessions, unnest(${ids}::uuid[]) copy where id = ${id}`
  await db.sql`
    insert into session_heads (session_id, company_id, seq, hash, last_at)
    select copy, company_id, seq, hash, last_at from session_heads, unnest(${ids}::uuid[]) copy
    where session_id = ${id}`
  return ids
}
