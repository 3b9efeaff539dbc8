import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { users } from './accounts.ts'
import { bytea, createdAt, instant, primaryId } from './columns.ts'
import { companies } from './companies.ts'
import { interviewVersions, policyVersions } from './interviews.ts'
import { END_REASONS, oneOf, SESSION_STATES, SEVERITIES, STRIKE_DECISIONS } from './values.ts'

/**
 * One candidate's attempt at one interview version. Made by an invitation or by the candidate; its state changes
 * only along the published table, by conditional updates, each with an event in the same transaction.
 */
export const sessions = pgTable(
  'sessions',
  {
    id: primaryId(),
    companyId: uuid('company_id')
      .notNull()
      .references(() => companies.id),
    interviewId: uuid('interview_id').notNull(),
    interviewVersion: integer('interview_version').notNull(),
    policyId: uuid('policy_id').notNull(),
    policyVersion: integer('policy_version').notNull(),
    state: text('state', { enum: SESSION_STATES }).notNull(),
    endReason: text('end_reason', { enum: END_REASONS }),
    /** Null until claimed. */
    candidateId: uuid('candidate_id').references(() => users.id),
    candidateName: text('candidate_name'),
    candidateEmail: text('candidate_email'),
    consents: jsonb('consents').$type<Record<string, boolean>>().notNull().default({}),
    /** What the policy engine has seen so far; a replay of the log's signals gives the same. */
    policyState: jsonb('policy_state'),
    lastClientSeq: integer('last_client_seq').notNull().default(0),
    /** Of the strikes that stand: lifted ones are not counted. */
    strikeCount: integer('strike_count').notNull().default(0),
    /** Whether those call for a person's attention. */
    flagged: boolean('flagged').notNull().default(false),
    createdBy: uuid('created_by').references(() => users.id),
    createdAt: createdAt(),
    startedAt: instant('started_at'),
    /** The invitation's end before the start, the interview's time limit after it. */
    deadlineAt: instant('deadline_at').notNull(),
    closedAt: instant('closed_at'),
  },
  (table) => [
    foreignKey({
      name: 'sessions_interview_version_fk',
      columns: [table.interviewId, table.interviewVersion],
      foreignColumns: [interviewVersions.interviewId, interviewVersions.version],
    }),
    foreignKey({
      name: 'sessions_policy_version_fk',
      columns: [table.policyId, table.policyVersion],
      foreignColumns: [policyVersions.policyId, policyVersions.version],
    }),
    // A company's sessions, newest first.
    index('sessions_company').on(table.companyId, table.createdAt, table.id),
    // The same, in some states, or flagged: each pair of the two is a list of its own, and pages merge them.
    index('sessions_company_state').on(
      table.companyId,
      table.state,
      table.flagged,
      table.createdAt,
      table.id,
    ),
    // Both again, of one interview.
    index('sessions_interview').on(table.companyId, table.interviewId, table.createdAt, table.id),
    index('sessions_interview_state').on(
      table.companyId,
      table.interviewId,
      table.state,
      table.flagged,
      table.createdAt,
      table.id,
    ),
    // Those of one address.
    index('sessions_company_email')
      .on(table.companyId, table.candidateEmail, table.createdAt, table.id)
      .where(sql`candidate_email is not null`),
    // A candidate's own sessions.
    index('sessions_candidate').on(table.candidateId, table.id),
    // The sweep that ends what is past its deadline.
    index('sessions_due').on(table.deadlineAt).where(sql`state not in ('completed', 'ended')`),
    check('sessions_state', oneOf(table.state, SESSION_STATES)),
    check('sessions_end_reason', sql`(${table.state} = 'ended') = (${table.endReason} is not null)`),
    check(
      'sessions_closed',
      sql`(${table.state} in ('completed', 'ended')) = (${table.closedAt} is not null)`,
    ),
  ],
)

/**
 * The newest seq and hash of a session's log. Narrow and on its own, so that the lock that orders appends is held
 * on a row nothing else reads or writes.
 */
export const sessionHeads = pgTable('session_heads', {
  sessionId: uuid('session_id')
    .primaryKey()
    .references(() => sessions.id),
  companyId: uuid('company_id').notNull(),
  seq: bigint('seq', { mode: 'number' }).notNull().default(0),
  hash: bytea('hash').notNull(),
  lastAt: instant('last_at').notNull(),
  /** Whether the log holds the transition that closed the session: from there on every append is sealed. */
  closed: boolean('closed').notNull().default(false),
})

/**
 * The log. Append-only (a trigger refuses the rest), written only by `append_session_events`, which numbers and
 * chains rows under the head's lock. Erasing a payload nulls it together with its salt and leaves the chain whole.
 */
export const sessionEvents = pgTable(
  'session_events',
  {
    sessionId: uuid('session_id')
      .notNull()
      .references(() => sessionHeads.sessionId),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    companyId: uuid('company_id').notNull(),
    type: text('type').notNull(),
    at: instant('at').notNull(),
    actor: text('actor').notNull(),
    payload: jsonb('payload'),
    salt: bytea('salt'),
    payloadHash: bytea('payload_hash').notNull(),
    hash: bytea('hash').notNull(),
  },
  (table) => [primaryKey({ columns: [table.sessionId, table.seq] })],
)

/**
 * A signature over the log's head at a moment: made with each append from the session's close on, and by the first export
 * that finds this head. Append-only.
 */
export const sessionSeals = pgTable(
  'session_seals',
  {
    sessionId: uuid('session_id')
      .notNull()
      .references(() => sessions.id),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    companyId: uuid('company_id')
      .notNull()
      .references(() => companies.id),
    /** How many events were appended together with it; 0 for an export's. */
    appended: integer('appended').notNull(),
    kid: text('kid').notNull(),
    jws: text('jws').notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.sessionId, table.seq, table.appended] })],
)

/** A question that was asked. Written together with its event. */
export const questions = pgTable(
  'questions',
  {
    id: primaryId(),
    sessionId: uuid('session_id')
      .notNull()
      .references(() => sessions.id),
    companyId: uuid('company_id').notNull(),
    /** From 1. Two calls for the next question at once: the second finds the index below. */
    position: integer('position').notNull(),
    planId: text('plan_id').notNull(),
    text: text('text').notNull(),
    followUpOf: uuid('follow_up_of'),
    runId: uuid('run_id'),
    askedAt: instant('asked_at').notNull(),
    deadlineAt: instant('deadline_at').notNull(),
  },
  (table) => [uniqueIndex('questions_position').on(table.sessionId, table.position)],
)

/** What a candidate answered, stored before anything is done with it. */
export const answers = pgTable(
  'answers',
  {
    id: primaryId(),
    sessionId: uuid('session_id')
      .notNull()
      .references(() => sessions.id),
    companyId: uuid('company_id').notNull(),
    questionId: uuid('question_id')
      .notNull()
      .references(() => questions.id),
    text: text('text').notNull(),
    mediaId: uuid('media_id'),
    late: boolean('late').notNull(),
    clientTime: instant('client_time'),
    receivedAt: instant('received_at').notNull(),
  },
  (table) => [
    // The transcript.
    index('answers_session').on(table.sessionId, table.id),
    index('answers_question').on(table.questionId),
  ],
)

/**
 * A policy's decision about signals, with the policy version that made it, and the newest decision of a person about it.
 * Earlier ones are in the log alone.
 */
export const strikes = pgTable(
  'strikes',
  {
    id: primaryId(),
    sessionId: uuid('session_id')
      .notNull()
      .references(() => sessions.id),
    companyId: uuid('company_id').notNull(),
    policyId: uuid('policy_id').notNull(),
    policyVersion: integer('policy_version').notNull(),
    ruleId: text('rule_id').notNull(),
    severity: text('severity', { enum: SEVERITIES }).notNull(),
    message: text('message').notNull(),
    /** The log's seq of each signal it stands on. */
    signalSeqs: bigint('signal_seqs', { mode: 'number' }).array().notNull(),
    at: instant('at').notNull(),
    /** Null while nobody has decided: the strike stands. */
    reviewDecision: text('review_decision', { enum: STRIKE_DECISIONS }),
    reviewReason: text('review_reason'),
    reviewedBy: uuid('reviewed_by').references(() => users.id),
    reviewedAt: instant('reviewed_at'),
  },
  (table) => [
    index('strikes_session').on(table.sessionId, table.id),
    foreignKey({
      name: 'strikes_policy_version_fk',
      columns: [table.policyId, table.policyVersion],
      foreignColumns: [policyVersions.policyId, policyVersions.version],
    }),
    check('strikes_severity', oneOf(table.severity, SEVERITIES)),
    check('strikes_review_decision', oneOf(table.reviewDecision, STRIKE_DECISIONS)),
    check(
      'strikes_review_whole',
      sql`num_nulls(${table.reviewDecision}, ${table.reviewReason}, ${table.reviewedBy}, ${table.reviewedAt}) in (0, 4)`,
    ),
  ],
)
