import { bigint, check, index, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { bytea, createdAt, instant, primaryId } from './columns.ts'
import { questions, sessions } from './sessions.ts'
import { MEDIA_KINDS, MEDIA_STATUSES, oneOf } from './values.ts'

/** One upload. pending → stored, with the hash of its bytes, or rejected, with the reason. */
export const mediaObjects = pgTable(
  'media_objects',
  {
    id: primaryId(),
    sessionId: uuid('session_id')
      .notNull()
      .references(() => sessions.id),
    companyId: uuid('company_id').notNull(),
    /** The question that was being answered; null where it belongs to none. */
    questionId: uuid('question_id').references(() => questions.id),
    kind: text('kind', { enum: MEDIA_KINDS }).notNull(),
    contentType: text('content_type').notNull(),
    /** As announced; what is stored has exactly this many. */
    bytes: bigint('bytes', { mode: 'number' }).notNull(),
    sha256: bytea('sha256'),
    status: text('status', { enum: MEDIA_STATUSES }).notNull(),
    rejectReason: text('reject_reason'),
    /** Made by the server from ids alone, never from a name that a client sent. */
    storageKey: text('storage_key').notNull(),
    createdAt: createdAt(),
    storedAt: instant('stored_at'),
  },
  (table) => [
    index('media_objects_session').on(table.sessionId, table.id),
    check('media_objects_kind', oneOf(table.kind, MEDIA_KINDS)),
    check('media_objects_status', oneOf(table.status, MEDIA_STATUSES)),
  ],
)
