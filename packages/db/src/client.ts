import { drizzle as createDrizzle, type PostgresJsDatabase, PostgresJsSession } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'

/** Raw postgres.js client. `int8` arrives as a number (see {@link createDb}). */
export type Sql = postgres.Sql

/** Drizzle's query builder, or a transaction of it. */
export type Drizzle = PostgresJsDatabase

/** A Drizzle transaction. */
export type DrizzleTransaction = Parameters<Parameters<Drizzle['transaction']>[0]>[0]

/** Settings of {@link createDb}. */
export interface CreateDbOptions {
  /**
   * Connection string. With `?pgbouncer=true` (or `pooled: true`) it leads to a transaction pooler: named prepared
   * statements and session settings are not used on it, as each transaction may meet another backend.
   */
  url: string
  /** Connection string past the pooler, for LISTEN. Default: `url`. */
  directUrl?: string | undefined
  /** `url` leads to a transaction pooler (PgBouncer, Supavisor, RDS Proxy). Default: what `url` says. */
  pooled?: boolean | undefined
  /** Most connections at once, Drizzle's and raw together, without the one for LISTEN (default 20, least 2). */
  max?: number | undefined
  /** Shown in `pg_stat_activity` (default `viva`). */
  applicationName?: string | undefined
  /** Receives NOTICEs; they are dropped by default. */
  onNotice?: ((notice: postgres.Notice) => void) | undefined
}

/** Settings of {@link Db.transaction}. */
export interface TransactionOptions {
  isolationLevel?: 'read committed' | 'repeatable read' | 'serializable'
  accessMode?: 'read only' | 'read write'
  /**
   * How often to run `fn` again after a deadlock or serialization failure (default 0). Only for an `fn` that
   * does nothing but talk to its transaction: it runs more than once.
   */
  retries?: number
}

/** A live subscription of {@link Db.listen}. */
export interface Listening {
  stop(): Promise<void>
}

/** The database: one of it per process. */
export interface Db {
  /** Drizzle, on a client of its own. */
  readonly drizzle: Drizzle
  /** Raw client for hot paths. Dates are `Date`, `int8` is a number. */
  readonly sql: Sql
  /** Runs `fn` in one transaction: committed when it returns, rolled back when it throws. */
  transaction<Result>(
    fn: (tx: DrizzleTransaction) => Promise<Result>,
    options?: TransactionOptions,
  ): Promise<Result>
  /**
   * Calls `onNotify` with the payload of each NOTIFY on `channel`, over one direct connection that is reopened
   * when it breaks. `onListening` is called when listening starts and after each reconnection: notifications sent
   * in between are lost, so the caller must look for itself what it missed.
   */
  listen(channel: string, onNotify: (payload: string) => void, onListening?: () => void): Promise<Listening>
  /** Resolves if both pools can reach the database, and rejects with the driver's error otherwise. */
  ping(): Promise<void>
  /** Refuses new queries, waits for running ones up to `timeoutSeconds` (default 5), then cuts the connections. */
  close(options?: { timeoutSeconds?: number }): Promise<void>
}

/** Time-outs of each session, in milliseconds. Through a pooler they must be set with `ALTER ROLE … SET`. */
export const SESSION_TIMEOUTS_MS = {
  /** Above any query of ours, below what a person waits. */
  statement_timeout: 30_000,
  /** A session row is locked for milliseconds; waiting longer means that something is stuck. */
  lock_timeout: 10_000,
  /** A transaction never waits for the network or an AI provider. */
  idle_in_transaction_session_timeout: 15_000,
} as const

const drop = (): void => undefined

const CONNECT_TIMEOUT_SECONDS = 10

const RETRYABLE: ReadonlySet<string> = new Set(['40001', '40P01'])

// int8 as a number: sequence numbers and counts stay far below 2^53, and text would sort and add wrongly in silence.
const int8AsNumber = {
  to: 20,
  from: [20],
  serialize: (value: number | bigint | string) => String(value),
  parse: (text: string) => {
    const value = Number(text)
    if (!Number.isSafeInteger(value)) throw new RangeError(`int8 value ${text} is not a safe integer`)
    return value
  },
}

/**
 * Options of postgres.js for `url`: where it leads and what a session there may be asked for. Every client of the
 * project is made from these, so that time-outs and number parsing are the same everywhere.
 */
export function clientFor({
  url,
  max,
  pooled,
  applicationName = 'viva',
  onNotice = drop,
  timeouts = SESSION_TIMEOUTS_MS,
}: {
  url: string
  max: number
  pooled?: boolean | undefined
  applicationName?: string | undefined
  onNotice?: ((notice: postgres.Notice) => void) | undefined
  timeouts?: Partial<Record<keyof typeof SESSION_TIMEOUTS_MS, number>> | undefined
}): Sql {
  const target = new URL(url)
  const throughPooler = pooled ?? target.searchParams.get('pgbouncer') === 'true'
  // The driver would send it to the server as a session setting, which the server does not know.
  target.searchParams.delete('pgbouncer')
  const sql: postgres.Sql = postgres(target.href, {
    max,
    prepare: !throughPooler,
    connect_timeout: CONNECT_TIMEOUT_SECONDS,
    onnotice: onNotice,
    types: { int8AsNumber },
    connection: {
      application_name: applicationName,
      ...(throughPooler ? {} : timeouts),
    },
  })
  return sql
}

/**
 * Opens the database. Drizzle and raw SQL have a pool each, as Drizzle switches off its client's parsing of dates.
 * Connections are opened when first used.
 *
 * @example
 * ```ts
 * const db = createDb({ url: 'postgres://viva@localhost/viva' })
 * await db.ping()
 * const [row] = await db.sql`select count(*) as sessions from sessions`
 * await db.close()
 * ```
 */
export function createDb({
  url,
  directUrl = url,
  pooled,
  max = 20,
  applicationName,
  onNotice,
}: CreateDbOptions): Db {
  const rawMax = Math.max(1, Math.floor(max / 2))
  const drizzleMax = Math.max(1, max - rawMax)
  const shared = { applicationName, onNotice }
  const sql = clientFor({ url, pooled, max: rawMax, ...shared })
  const drizzleClient = clientFor({ url, pooled, max: drizzleMax, ...shared })
  // Makes no connection unless something listens; listening then has one to itself.
  const direct = clientFor({ url: directUrl, max: 1, ...shared })
  // Without the schema: it serves relational queries alone, which we do not use, and every transaction would build them
  // anew for each table.
  const drizzle = createDrizzle({ client: drizzleClient })

  return {
    drizzle,
    sql,
    async transaction(fn, { isolationLevel, accessMode, retries = 0 } = {}) {
      const config = {
        ...(isolationLevel === undefined ? {} : { isolationLevel }),
        ...(accessMode === undefined ? {} : { accessMode }),
      }
      for (let left = retries; ; left--) {
        try {
          return await drizzle.transaction(fn, Object.keys(config).length > 0 ? config : undefined)
        } catch (error) {
          if (left <= 0 || !RETRYABLE.has(sqlState(error) ?? '')) throw error
        }
      }
    },
    async listen(channel, onNotify, onListening = drop) {
      const { unlisten } = await direct.listen(channel, onNotify, onListening)
      return { stop: unlisten }
    },
    async ping() {
      await Promise.all([sql`select 1`, drizzleClient`select 1`])
    },
    async close({ timeoutSeconds = 5 } = {}) {
      await Promise.all([sql, drizzleClient, direct].map((client) => client.end({ timeout: timeoutSeconds })))
    },
  }
}

/**
 * A Drizzle transaction as raw SQL, for hot paths: Drizzle's own statements take two round trips each, as only those
 * made with `.prepare(name)` stay prepared; a tagged statement here takes one from its second use on. On this client
 * dates arrive as text, and JSON must be given as text.
 *
 * @example
 * ```ts
 * await db.transaction(async (tx) => {
 *   await rawSql(tx)`update session_heads set seq = seq + 1 where session_id = ${sessionId}`
 * })
 * ```
 */
export function rawSql(tx: DrizzleTransaction): postgres.TransactionSql {
  const { session } = tx._
  if (!(session instanceof PostgresJsSession)) throw new TypeError('not a transaction of this database')
  return session.client
}

/**
 * The five-character SQLSTATE of a database error, also where Drizzle wrapped it; undefined for anything else.
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function sqlState(error: unknown): string | undefined {
  if (error instanceof postgres.PostgresError) return error.code
  return error instanceof Error && error.cause !== undefined ? sqlState(error.cause) : undefined
}
