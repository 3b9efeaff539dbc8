import { sql } from 'drizzle-orm'
import {
  bigint,
  check,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { bytea, createdAt, instant, primaryId } from './columns.ts'
import { companies } from './companies.ts'
import { sessions } from './sessions.ts'
import { oneOf, REPORT_STATUSES, RUN_OUTCOMES, RUN_PURPOSES, RUN_STATUSES } from './values.ts'

/**
 * One piece of work for an AI provider, recorded whole. It is also its own job: an instance claims it by a lease,
 * renews the lease while it works, and another instance takes it up once the lease has run out.
 */
export const aiRuns = pgTable(
  'ai_runs',
  {
    id: primaryId(),
    sessionId: uuid('session_id')
      .notNull()
      .references(() => sessions.id),
    companyId: uuid('company_id').notNull(),
    purpose: text('purpose', { enum: RUN_PURPOSES }).notNull(),
    status: text('status', { enum: RUN_STATUSES }).notNull(),
    outcome: text('outcome', { enum: RUN_OUTCOMES }),
    /** What the work is about: for a question its plan id, position and the question it follows up on. */
    task: jsonb('task').notNull(),
    provider: text('provider'),
    model: text('model'),
    promptVersion: text('prompt_version'),
    /** The messages as they were sent. */
    input: jsonb('input'),
    /** Grows while the provider streams; subscribers read it from where they stand. */
    output: text('output').notNull().default(''),
    /** What came of the calls before the one that `output` is of, in order: who was asked, and what they said. */
    earlierCalls: jsonb('earlier_calls').notNull().default([]),
    inputTokens: bigint('input_tokens', { mode: 'number' }).notNull().default(0),
    outputTokens: bigint('output_tokens', { mode: 'number' }).notNull().default(0),
    /** Of all calls of all attempts so far; null, and null from then on, where the cost of one is not known. */
    costMicroUsd: bigint('cost_micro_usd', { mode: 'number' }).default(0),
    latencyMs: integer('latency_ms'),
    /** How often an instance took the run up: with `lease_owner` it proves who may still write here. */
    attempts: integer('attempts').notNull().default(0),
    /** How often a provider was called. Each call starts `output` anew, so this also numbers its drafts. */
    calls: integer('calls').notNull().default(0),
    /** The typed reason why no provider's answer could be used. */
    errorCode: text('error_code'),
    /** Every try that failed, and why, without secrets. */
    error: text('error'),
    leaseOwner: text('lease_owner'),
    leaseUntil: instant('lease_until'),
    createdAt: createdAt(),
    finishedAt: instant('finished_at'),
  },
  (table) => [
    index('ai_runs_session').on(table.sessionId, table.id),
    // Claiming: unfinished work, oldest first.
    index('ai_runs_unfinished').on(table.id).where(sql`status <> 'finished'`),
    // One run writes the next question; a second call for it finds this index.
    uniqueIndex('ai_runs_one_question')
      .on(table.sessionId)
      .where(sql`status <> 'finished' and purpose in ('question', 'follow_up')`),
    check('ai_runs_purpose', oneOf(table.purpose, RUN_PURPOSES)),
    check('ai_runs_status', oneOf(table.status, RUN_STATUSES)),
    check('ai_runs_outcome', sql`(${table.status} = 'finished') = (${table.outcome} is not null)`),
  ],
)

/** Tokens a company used on a UTC day; the daily cap reads and reserves here. */
export const aiUsage = pgTable(
  'ai_usage',
  {
    companyId: uuid('company_id')
      .notNull()
      .references(() => companies.id),
    day: date('day', { mode: 'string' }).notNull(),
    inputTokens: bigint('input_tokens', { mode: 'number' }).notNull().default(0),
    outputTokens: bigint('output_tokens', { mode: 'number' }).notNull().default(0),
    runs: integer('runs').notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.companyId, table.day] })],
)

/** A session's report, made when the session closes. Like a run it is its own job, claimed by a lease. */
export const reports = pgTable(
  'reports',
  {
    id: primaryId(),
    sessionId: uuid('session_id')
      .notNull()
      .references(() => sessions.id),
    companyId: uuid('company_id').notNull(),
    status: text('status', { enum: REPORT_STATUSES }).notNull(),
    /** Scores and summary. Transcript, strikes and chain are read from their own tables. */
    body: jsonb('body'),
    sha256: bytea('sha256'),
    attempts: integer('attempts').notNull().default(0),
    error: text('error'),
    leaseOwner: text('lease_owner'),
    leaseUntil: instant('lease_until'),
    createdAt: createdAt(),
    readyAt: instant('ready_at'),
  },
  (table) => [
    uniqueIndex('reports_session').on(table.sessionId),
    // Claiming: unfinished work, oldest first.
    index('reports_pending').on(table.id).where(sql`status = 'pending'`),
    check('reports_status', oneOf(table.status, REPORT_STATUSES)),
  ],
)
