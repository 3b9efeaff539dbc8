import type { Db } from '@viva/db'
import type { Sweep, SweptStream } from './hub.ts'
import type { StreamName } from './ports.ts'

/**
 * A sweep over the database, one query for all streams: heads of session logs, auth sessions that are over, and for
 * runs a mark that changes with every piece of output. A forged head that no number of JavaScript can be must not fail the
 * query for all the others.
 */
export function sweepDatabase(db: Pick<Db, 'sql'>): Sweep {
  return async (streams) => {
    const ids = {
      session: idsOf(streams, 'session'),
      auth: idsOf(streams, 'auth'),
      run: idsOf(streams, 'run'),
    }
    const rows = await db.sql<{ stream: StreamName; head: number | null; mark: string | null }[]>`
      select 'session:' || session_id as stream, least(seq, ${Number.MAX_SAFE_INTEGER}::bigint) as head, null as mark
      from session_heads where session_id = any(${ids.session}::uuid[])
      union all
      select 'auth:' || s.id, 1, null
      from auth_sessions s join users u on u.id = s.user_id
      where s.id = any(${ids.auth}::uuid[]) and (s.revoked_at is not null or u.disabled_at is not null)
      union all
      select 'run:' || id, null, status || octet_length(output) || '/' || attempts
      from ai_runs where id = any(${ids.run}::uuid[])`
    return rows.map(({ stream, head, mark }): SweptStream => {
      if (head !== null) return { stream, head }
      return mark === null ? { stream } : { stream, mark }
    })
  }
}

/** One id that is none would fail the query for all the others. */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function idsOf(streams: readonly StreamName[], kind: string): string[] {
  const prefix = `${kind}:`
  return streams
    .filter((stream) => stream.startsWith(prefix))
    .map((stream) => stream.slice(prefix.length))
    .filter((id) => UUID.test(id))
}
