import { z } from 'zod'
import { MEDIA_KINDS } from '../media.ts'
import { id, idempotencyKey } from './primitives.ts'

export const createUploadInput = z.strictObject({
  sessionId: id,
  /** The question that is being answered. */
  questionId: id.optional(),
  kind: z.enum(MEDIA_KINDS),
  contentType: z
    .string()
    .max(100)
    .toLowerCase()
    .regex(/^[a-z]+\/[a-z0-9.+-]+(?:;\s?codecs="?[a-z0-9.,-]+"?)?$/, { error: 'is not a content type' }),
  /** Exact size in bytes. */
  bytes: z
    .int()
    .min(1)
    .max(2 ** 31),
  idempotencyKey,
})
export const completeUploadInput = z.strictObject({ sessionId: id, mediaId: id })
export const mediaLinkInput = z.strictObject({ companyId: id, sessionId: id, mediaId: id })
