import { z } from 'zod'
import { SENSORS } from '../signals.ts'
import { SESSION_STATES } from '../states.ts'
import { email, refreshTransport } from './auth.ts'
import { id, idempotencyKey, instant, jsonObject, line, linkToken, page, text } from './primitives.ts'

export const inviteInput = z.strictObject({
  companyId: id,
  interviewId: id,
  candidate: z.strictObject({ name: line(1, 100).optional(), email: email.optional() }).default({}),
  /** How long the link can be used, in hours. */
  expiresInHours: z
    .int()
    .min(1)
    .max(24 * 90)
    .default(24 * 7),
  idempotencyKey,
})
/**
 * Claims with the user's access token where one is sent, as a new guest otherwise. A guest who sends an `idempotencyKey`
 * may claim again with it, for as long as the link would have been good: the answer that was lost held their tokens.
 */
export const claimInput = z.strictObject({
  token: linkToken,
  idempotencyKey: idempotencyKey.optional(),
  name: line(1, 100).optional(),
  refreshTransport: refreshTransport.default('body'),
})
/** What a link is for. A mutation takes it, so that the token stands in no address and in no access log. */
export const readInvitationInput = z.strictObject({ token: linkToken })
export const createOpenInput = z.strictObject({ interviewId: id, idempotencyKey })
export const companySessionInput = z.strictObject({ companyId: id, sessionId: id })
export const listSessionsInput = z.strictObject({
  companyId: id,
  interviewId: id.optional(),
  state: z.array(z.enum(SESSION_STATES)).max(SESSION_STATES.length).optional(),
  flagged: z.boolean().optional(),
  candidateEmail: email.optional(),
  createdAfter: instant.optional(),
  createdBefore: instant.optional(),
  ...page,
})
/** A candidate's own sessions. */
export const ownSessionsInput = z.strictObject({ ...page })
export const endSessionInput = z.strictObject({
  companyId: id,
  sessionId: id,
  reason: z.enum(['technical', 'withdrawn']),
  /** Why, in a person's words; kept in the log. */
  note: text(3, 1000),
  idempotencyKey: idempotencyKey.optional(),
})
/** The session API names its session in every call, so that a token is checked against it. */
export const sessionInput = z.strictObject({ sessionId: id })
export const precheckInput = z.strictObject({
  sessionId: id,
  consents: z.partialRecord(z.enum(SENSORS), z.boolean()),
  device: jsonObject(4000).default({}),
  idempotencyKey: idempotencyKey.optional(),
})
export const keyedSessionInput = z.strictObject({ sessionId: id, idempotencyKey })
export const answerInput = z.strictObject({
  sessionId: id,
  questionId: id,
  text: text(0, 50_000),
  mediaId: id.optional(),
  clientTime: instant.optional(),
  idempotencyKey,
})
export const withdrawInput = z.strictObject({
  sessionId: id,
  note: text(0, 1000).default(''),
  idempotencyKey,
})
/** `lastEventId` is the cursor: the seq of the last event received. tRPC sets it when it reconnects. */
export const eventsInput = z.strictObject({
  sessionId: id,
  lastEventId: z
    .string()
    .regex(/^\d{1,15}$/, { error: 'is not a cursor' })
    .nullish(),
})
export const monitorInput = eventsInput.extend({ companyId: id })
