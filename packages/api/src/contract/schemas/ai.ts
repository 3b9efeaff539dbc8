import { z } from 'zod'
import { id, page } from './primitives.ts'

/**
 * `lastEventId` is the cursor: the draft that was being received (a failed call starts another one), a dot, and how many
 * UTF-16 code units of it were.
 */
export const runStreamInput = z.strictObject({
  sessionId: id,
  runId: id,
  lastEventId: z
    .string()
    .regex(/^\d{1,6}\.\d{1,9}$/, { error: 'is not a cursor' })
    .nullish(),
})
export const listRunsInput = z.strictObject({ companyId: id, sessionId: id, ...page })
