import { boolean, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { users } from './accounts.ts'
import { createdAt, instant, primaryId } from './columns.ts'
import { companies } from './companies.ts'

/** An interview: a name for its versions. `title` and `open` repeat the newest version's, for lists. */
export const interviews = pgTable(
  'interviews',
  {
    id: primaryId(),
    companyId: uuid('company_id')
      .notNull()
      .references(() => companies.id),
    title: text('title').notNull(),
    latestVersion: integer('latest_version').notNull(),
    /** The version that new sessions get; null while it is a draft. */
    publishedVersion: integer('published_version'),
    open: boolean('open').notNull(),
    questionCount: integer('question_count').notNull(),
    createdBy: uuid('created_by')
      .notNull()
      .references(() => users.id),
    createdAt: createdAt(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    // A company's interviews, newest first.
    index('interviews_company').on(table.companyId, table.id),
  ],
)

/** One version of an interview's definition. Append-only: sessions refer to it for ever. */
export const interviewVersions = pgTable(
  'interview_versions',
  {
    interviewId: uuid('interview_id')
      .notNull()
      .references(() => interviews.id),
    version: integer('version').notNull(),
    companyId: uuid('company_id')
      .notNull()
      .references(() => companies.id),
    definition: jsonb('definition').notNull(),
    createdBy: uuid('created_by')
      .notNull()
      .references(() => users.id),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.interviewId, table.version] })],
)

/** A policy: a name for its versions. Each company has one standard policy from the start. */
export const policies = pgTable(
  'policies',
  {
    id: primaryId(),
    companyId: uuid('company_id')
      .notNull()
      .references(() => companies.id),
    name: text('name').notNull(),
    latestVersion: integer('latest_version').notNull(),
    standard: boolean('standard').notNull().default(false),
    createdAt: createdAt(),
  },
  (table) => [index('policies_company').on(table.companyId, table.id)],
)

/** One version of a policy's rules. Append-only: a strike must stay explainable. */
export const policyVersions = pgTable(
  'policy_versions',
  {
    policyId: uuid('policy_id')
      .notNull()
      .references(() => policies.id),
    version: integer('version').notNull(),
    companyId: uuid('company_id')
      .notNull()
      .references(() => companies.id),
    rules: jsonb('rules').notNull(),
    createdBy: uuid('created_by').references(() => users.id),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.policyId, table.version] })],
)
