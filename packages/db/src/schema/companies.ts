import {
  check,
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
import { INVITATION_KINDS, oneOf, ROLES } from './values.ts'

/** A tenant. */
export const companies = pgTable('companies', {
  id: primaryId(),
  name: text('name').notNull(),
  /** AI tokens per UTC day, input and output together; null means no cap. */
  aiDailyTokenCap: integer('ai_daily_token_cap'),
  createdAt: createdAt(),
})

/** A user's role in a company. Read on every call of a member, so that a removal holds at once. */
export const memberships = pgTable(
  'memberships',
  {
    companyId: uuid('company_id')
      .notNull()
      .references(() => companies.id),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id),
    role: text('role', { enum: ROLES }).notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.companyId, table.userId] }),
    // "My companies".
    index('memberships_user').on(table.userId),
    check('memberships_role', oneOf(table.role, ROLES)),
  ],
)

/**
 * A one-time link: for a candidate to a session, or for a person to a company. Only the token's hash is kept;
 * claiming is one conditional update, so two claims at once cannot both win.
 */
export const invitations = pgTable(
  'invitations',
  {
    id: primaryId(),
    companyId: uuid('company_id')
      .notNull()
      .references(() => companies.id),
    kind: text('kind', { enum: INVITATION_KINDS }).notNull(),
    /** Set for kind `session`. The reference is in SQL: the two tables name each other. */
    sessionId: uuid('session_id'),
    /** The only address that may accept, for kind `member`. */
    email: text('email'),
    role: text('role', { enum: ROLES }),
    tokenHash: bytea('token_hash').notNull(),
    createdBy: uuid('created_by')
      .notNull()
      .references(() => users.id),
    createdAt: createdAt(),
    expiresAt: instant('expires_at').notNull(),
    claimedAt: instant('claimed_at'),
    claimedBy: uuid('claimed_by').references(() => users.id),
    /** SHA-256 of the key that the guest claimed with: who shows it again has lost the answer, not stolen the link. */
    claimKeyHash: bytea('claim_key_hash'),
  },
  (table) => [
    uniqueIndex('invitations_token').on(table.tokenHash),
    index('invitations_company').on(table.companyId, table.id),
    check('invitations_kind', oneOf(table.kind, INVITATION_KINDS)),
  ],
)

/** What members and the system did, outside any session. Append-only. */
export const auditLog = pgTable(
  'audit_log',
  {
    id: primaryId(),
    companyId: uuid('company_id').references(() => companies.id),
    actor: text('actor').notNull(),
    /** `domain.verb`, as the procedure is called. */
    action: text('action').notNull(),
    target: text('target'),
    details: jsonb('details').notNull(),
    ip: text('ip'),
    requestId: text('request_id'),
    at: instant('at').notNull(),
  },
  (table) => [index('audit_log_company').on(table.companyId, table.id)],
)

/** The first result of a call that may be sent again. Kept for a week. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    /** Whose key it is: `user:<id>` or `session:<id>`. */
    scope: text('scope').notNull(),
    procedure: text('procedure').notNull(),
    key: text('key').notNull(),
    /** SHA-256 of the canonical input: the same key with another input is refused. */
    inputHash: bytea('input_hash').notNull(),
    result: jsonb('result'),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.scope, table.procedure, table.key] }),
    // Cleaning up.
    index('idempotency_keys_created').on(table.createdAt),
  ],
)
