import { z } from 'zod'
import { DIFFICULTIES } from '../interviews.ts'
import { SENSORS } from '../signals.ts'
import { id, idempotencyKey, line, page, text, versionNumber } from './primitives.ts'

const planId = z
  .string()
  .min(1)
  .max(40)
  .regex(/^[a-z0-9-]+$/, { error: 'must be lower-case letters, digits and "-"' })
const seconds = z
  .int()
  .min(10)
  .max(4 * 3600)
const planned = { id: planId, seconds: seconds.optional(), maxFollowUps: z.int().min(0).max(3).default(0) }

const question = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('fixed'), ...planned, text: text(1, 4000) }),
  z.strictObject({
    kind: z.literal('ai'),
    ...planned,
    topic: line(1, 200),
    difficulty: z.enum(DIFFICULTIES),
  }),
])

const criterion = z.strictObject({
  id: planId,
  name: line(1, 100),
  description: text(0, 2000).default(''),
  weight: z.number().positive().max(100).default(1),
  anchors: z
    .array(z.strictObject({ score: z.int().min(1).max(5), behaviour: text(1, 1000) }))
    .min(2)
    .max(5)
    .refine((anchors) => new Set(anchors.map((anchor) => anchor.score)).size === anchors.length, {
      error: 'each score may have one anchor',
    }),
})

const uniqueIds = (items: { id: string }[]) => new Set(items.map((item) => item.id)).size === items.length

/** What an interview is made of. `policy` is the company's standard policy in its newest version where absent. */
export const interviewDefinitionInput = z.strictObject({
  title: line(1, 200),
  introduction: text(0, 4000).default(''),
  questions: z.array(question).min(1).max(50).refine(uniqueIds, { error: 'question ids must differ' }),
  rubric: z.array(criterion).max(20).default([]).refine(uniqueIds, { error: 'criterion ids must differ' }),
  limits: z.strictObject({
    totalSeconds: z
      .int()
      .min(30)
      .max(8 * 3600),
    questionSeconds: seconds,
  }),
  sensors: z
    .array(z.strictObject({ sensor: z.enum(SENSORS), required: z.boolean() }))
    .default([])
    .refine((sensors) => new Set(sensors.map((item) => item.sensor)).size === sensors.length, {
      error: 'each sensor may be named once',
    }),
  open: z.boolean().default(false),
  policy: z.strictObject({ policyId: id, version: versionNumber }).optional(),
})

export const createInterviewInput = z.strictObject({
  companyId: id,
  definition: interviewDefinitionInput,
  idempotencyKey,
})
/** `baseVersion` is the version that was edited: a version made meanwhile answers CONFLICT. */
export const editInterviewInput = z.strictObject({
  companyId: id,
  interviewId: id,
  baseVersion: versionNumber,
  definition: interviewDefinitionInput,
  idempotencyKey: idempotencyKey.optional(),
})
export const interviewInput = z.strictObject({
  companyId: id,
  interviewId: id,
  version: versionNumber.optional(),
})
export const publishInterviewInput = z.strictObject({
  companyId: id,
  interviewId: id,
  version: versionNumber,
})
export const listInterviewsInput = z.strictObject({ companyId: id, ...page })
