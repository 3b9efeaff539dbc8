import { z } from 'zod'
import { SEVERITIES, SIGNAL_KINDS, STRIKE_DECISIONS } from '../signals.ts'
import { id, idempotencyKey, instant, jsonObject, line, page, text, versionNumber } from './primitives.ts'

export const recordSignalsInput = z.strictObject({
  sessionId: id,
  signals: z
    .array(
      z.strictObject({
        clientSeq: z.int().min(1).max(1_000_000_000),
        clientTime: instant,
        kind: z.enum(SIGNAL_KINDS),
        details: jsonObject(2000).optional(),
      }),
    )
    .min(1)
    .max(100),
})

const strikable = z.enum(SIGNAL_KINDS).exclude(['sensor_unavailable'])
export const policyRulesInput = z.strictObject({
  rules: z
    .array(
      z.strictObject({
        id: z
          .string()
          .min(1)
          .max(40)
          .regex(/^[a-z0-9-]+$/, { error: 'must be lower-case letters, digits and "-"' }),
        kinds: z.array(strikable).min(1).max(SIGNAL_KINDS.length),
        count: z.int().min(1).max(100),
        windowSeconds: z
          .int()
          .min(0)
          .max(24 * 3600),
        severity: z.enum(SEVERITIES),
        message: text(1, 500),
      }),
    )
    .max(50)
    .refine((rules) => new Set(rules.map((rule) => rule.id)).size === rules.length, {
      error: 'rule ids must differ',
    }),
  consequences: z
    .array(
      z.strictObject({
        strikes: z.int().min(1).max(100),
        severity: z.enum(SEVERITIES),
        action: z.enum(['flag', 'warn', 'end']),
      }),
    )
    .max(20),
})
export const createPolicyInput = z.strictObject({
  companyId: id,
  name: line(1, 100),
  rules: policyRulesInput,
  idempotencyKey,
})
export const revisePolicyInput = z.strictObject({
  companyId: id,
  policyId: id,
  baseVersion: versionNumber,
  rules: policyRulesInput,
  idempotencyKey: idempotencyKey.optional(),
})
export const listPoliciesInput = z.strictObject({ companyId: id, ...page })
/** A sample of signals, as an editor of policies makes one up; at most 500. */
export const previewPolicyInput = z.strictObject({
  companyId: id,
  rules: policyRulesInput,
  signals: z.array(z.strictObject({ clientTime: instant, kind: z.enum(SIGNAL_KINDS) })).max(500),
})
/** The reason stands in the log for good, and the candidate can read it. */
export const reviewStrikeInput = z.strictObject({
  companyId: id,
  sessionId: id,
  strikeId: id,
  decision: z.enum(STRIKE_DECISIONS),
  reason: text(0, 1000).refine((reason) => reason.trim().length >= 3, {
    error: 'must say why, in at least 3 characters',
  }),
  idempotencyKey,
})
