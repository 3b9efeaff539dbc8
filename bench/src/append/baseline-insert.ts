import { randomBytes } from 'node:crypto'
import type { Sql } from '@viva/db'
import type { TransactionSql } from 'postgres'
import type { OpenLog } from './fill-log.ts'
import { signalEvent } from './signal-event.ts'

// Made by nobody here: the baseline stores a row and computes nothing.
const HASH = randomBytes(32)
const SALT = randomBytes(16)

/** Adds a row to a table like the log, by itself or as a part of a transaction. */
export type Insert = (sql: Sql | TransactionSql, log: OpenLog) => Promise<unknown>

/**
 * Makes a table with the log's columns, primary key, foreign key and trigger, and returns a plain insert into it: what
 * it costs to store the same row where nothing numbers, chains or announces it. The driver prepares the statement.
 */
export async function makeBaseline(sql: Sql): Promise<Insert> {
  await sql`create table baseline_events (like session_events including all)`
  await sql`alter table baseline_events add foreign key (session_id) references session_heads (session_id)`
  await sql`
    create trigger baseline_events_append_only before update or delete on baseline_events
    for each row execute function refuse_event_change()`
  const seqs = new Map<string, number>()
  return async (tx, log) => {
    const seq = (seqs.get(log.id) ?? 0) + 1
    seqs.set(log.id, seq)
    const { type, payload } = signalEvent(seq)
    await tx`
      insert into baseline_events (session_id, seq, company_id, type, at, actor, payload, salt, payload_hash, hash)
      values (${log.id}, ${seq}, ${log.companyId}, ${type}, ${new Date().toISOString()}::text::timestamptz,
        ${`candidate:${log.id}`}, ${JSON.stringify(payload)}::text::jsonb, ${SALT}, ${HASH}, ${HASH})`
  }
}
