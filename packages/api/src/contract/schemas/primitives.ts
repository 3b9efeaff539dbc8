import { z } from 'zod'
import type { JsonObject, JsonValue } from '../json.ts'

/**
 * Text that can be stored and hashed as it is: Postgres refuses NUL, and a lone surrogate would change on its way
 * through UTF-8, so that the hash of what is stored would no longer be the hash of what was sent.
 */
function isStorable(value: string): boolean {
  return value.isWellFormed() && !value.includes('\u0000')
}
const NOT_STORABLE = 'must be well-formed Unicode without NUL'

/** Text of `min` to `max` UTF-16 code units. */
export const text = (min: number, max: number) =>
  z.string().min(min).max(max).refine(isStorable, { error: NOT_STORABLE })

/** One line of text, trimmed: a name or a title. */
export const line = (min: number, max: number) =>
  z
    .string()
    .max(max * 2)
    .trim()
    .min(min)
    .max(max)
    .refine((value) => isStorable(value) && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(value), {
      error: 'must be one line of well-formed Unicode without control characters',
    })

/** In lower case, as ids are stored and as streams are named by them; RFC 9562 lets callers write either. */
export const id = z.uuid().toLowerCase()

/**
 * Made by the client for each new call that it may send again; a replay returns the first result. Where it is optional, a
 * call without one is done each time it comes.
 */
export const idempotencyKey = z
  .string()
  .min(16)
  .max(64)
  .regex(/^[A-Za-z0-9_-]+$/, { error: 'must be 16 to 64 letters, digits, "-" or "_"' })

/** A one-time secret from a link. */
export const linkToken = z
  .string()
  .min(20)
  .max(128)
  .regex(/^[A-Za-z0-9_-]+$/, { error: 'is not a link token' })

/** An instant, ISO 8601 in UTC. From 1970 on: a clock that was never set says so, and Postgres knows no year 0. */
export const instant = z.iso
  .datetime({ precision: 3 })
  .refine((value) => value >= '1970', { error: 'must not be before 1970' })

/** The number of a version, far below the end of a Postgres integer, which the next version must fit into too. */
export const versionNumber = z.int().min(1).max(1_000_000_000)

const MAX_JSON_DEPTH = 8
function isStorableJson(value: unknown, depth = 0): value is JsonValue {
  if (depth > MAX_JSON_DEPTH) return false
  if (value === null || typeof value === 'boolean') return true
  if (typeof value === 'string') return isStorable(value)
  if (typeof value === 'number') return Number.isFinite(value)
  if (Array.isArray(value)) return value.every((item) => isStorableJson(item, depth + 1))
  if (typeof value !== 'object') return false
  return Object.entries(value).every(([key, item]) => isStorable(key) && isStorableJson(item, depth + 1))
}

/** A JSON object of at most `maxCharacters` when written out, at most eight levels deep. */
export const jsonObject = (maxCharacters: number) =>
  z.custom<JsonObject>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      isStorableJson(value) &&
      JSON.stringify(value).length <= maxCharacters,
    { error: `must be a JSON object of at most ${maxCharacters} characters, 8 levels, without NUL` },
  )

/** Where a list goes on; what the page before gave as `nextCursor`. */
export const page = {
  cursor: z
    .string()
    .max(200)
    .regex(/^[A-Za-z0-9_-]+$/, { error: 'is not a cursor' })
    .nullish(),
  limit: z.int().min(1).max(100).default(50),
}
