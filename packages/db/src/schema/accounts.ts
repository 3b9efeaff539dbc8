import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { bytea, createdAt, instant, primaryId } from './columns.ts'
import { KEY_STATUSES, oneOf } from './values.ts'

/**
 * A person with an account, or a guest who claimed an invitation. A guest has neither address nor password and
 * reaches the API through their auth session alone.
 */
export const users = pgTable(
  'users',
  {
    id: primaryId(),
    /** Lower case; null for a guest. */
    email: text('email'),
    name: text('name').notNull(),
    /** Argon2id in PHC form; null where there is no password. */
    passwordHash: text('password_hash'),
    guest: boolean('guest').notNull().default(false),
    disabledAt: instant('disabled_at'),
    createdAt: createdAt(),
  },
  (table) => [
    // Two sign-ups of one address at once: the second finds this index, not a race.
    uniqueIndex('users_email').on(table.email),
    check(
      'users_guest_has_no_login',
      sql`not ${table.guest} or (${table.email} is null and ${table.passwordHash} is null)`,
    ),
  ],
)

/**
 * One signed-in device: a family of refresh tokens. Made at log-in or claim, rotated at each refresh, over when
 * revoked, idle for 7 days, or 30 days old. A token is the family's secret followed by a secret of its own; only the
 * hashes of the family's and of the last two are kept, so that an older token is known as one of the family.
 */
export const authSessions = pgTable(
  'auth_sessions',
  {
    id: primaryId(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id),
    familyHash: bytea('family_hash').notNull(),
    refreshHash: bytea('refresh_hash').notNull(),
    previousRefreshHash: bytea('previous_refresh_hash'),
    /**
     * The current token, sealed with a key that only the previous token yields: within the grace, every parallel
     * refresh gets the same successor, and a stolen database gets none.
     */
    successorBox: bytea('successor_box'),
    rotatedAt: instant('rotated_at').notNull(),
    transport: text('transport').notNull(),
    userAgent: text('user_agent').notNull(),
    ip: text('ip').notNull(),
    createdAt: createdAt(),
    lastUsedAt: instant('last_used_at').notNull(),
    idleExpiresAt: instant('idle_expires_at').notNull(),
    absoluteExpiresAt: instant('absolute_expires_at').notNull(),
    revokedAt: instant('revoked_at'),
    revokeReason: text('revoke_reason'),
  },
  (table) => [
    // "My devices" and "log out everywhere".
    index('auth_sessions_user').on(table.userId, table.id),
    // Finds the family of any token it ever had, to tell a retry from a theft.
    uniqueIndex('auth_sessions_family').on(table.familyHash),
    check('auth_sessions_transport', oneOf(table.transport, ['cookie', 'body'])),
  ],
)

/**
 * A key pair for tokens and seals. next → active → retired; retired keys stay public so that what they signed
 * can still be verified. The private half is sealed with the server's secret.
 */
export const signingKeys = pgTable(
  'signing_keys',
  {
    kid: text('kid').primaryKey(),
    status: text('status', { enum: KEY_STATUSES }).notNull(),
    publicJwk: jsonb('public_jwk').$type<Record<string, string>>().notNull(),
    privateBox: bytea('private_box').notNull(),
    createdAt: createdAt(),
    activatedAt: instant('activated_at'),
    retiredAt: instant('retired_at'),
  },
  (table) => [
    // Two instances that rotate at once: one of them finds this index.
    uniqueIndex('signing_keys_one_active').on(table.status).where(sql`status = 'active'`),
    uniqueIndex('signing_keys_one_next').on(table.status).where(sql`status = 'next'`),
    check('signing_keys_status', oneOf(table.status, KEY_STATUSES)),
  ],
)

/** Counters of the rate limiter where Postgres keeps them; rows expire by themselves. Its columns are the library's. */
export const rateLimits = pgTable('rate_limits', {
  key: text('key').primaryKey(),
  points: integer('points').notNull().default(0),
  expire: bigint('expire', { mode: 'number' }),
})
