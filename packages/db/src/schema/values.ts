import { type SQL, sql } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'

/**
 * The values that status columns may hold. This package imports no other one; a test of `@viva/api` fails
 * when these and its contract differ (`core/stored-values.test.ts`).
 */
export const ROLES = ['admin', 'hr', 'team_lead', 'employee', 'reviewer'] as const
export const SESSION_STATES = ['setup', 'precheck', 'ready', 'active', 'completed', 'ended'] as const
export const END_REASONS = ['policy', 'expired', 'withdrawn', 'technical'] as const
export const SEVERITIES = ['info', 'minor', 'major'] as const
export const STRIKE_DECISIONS = ['confirmed', 'lifted'] as const
export const RUN_PURPOSES = ['question', 'follow_up', 'scoring', 'summary'] as const
export const RUN_STATUSES = ['pending', 'running', 'finished'] as const
export const RUN_OUTCOMES = ['succeeded', 'fallback', 'failed'] as const
export const MEDIA_KINDS = ['audio', 'video', 'screen', 'image', 'document'] as const
export const MEDIA_STATUSES = ['pending', 'stored', 'rejected'] as const
export const REPORT_STATUSES = ['pending', 'ready', 'failed'] as const
export const KEY_STATUSES = ['next', 'active', 'retired'] as const
export const INVITATION_KINDS = ['session', 'member'] as const

/** A check that `column` holds one of `values`. */
export function oneOf(column: AnyPgColumn, values: readonly string[]): SQL {
  return sql`${column} in (${sql.raw(values.map((value) => `'${value}'`).join(', '))})`
}
