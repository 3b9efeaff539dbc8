import { z } from 'zod'
import type { Verdict } from '../ai/index.ts'

/** Escapes in JSON may stand for what can be neither stored nor hashed. */
const words = (max: number) =>
  z
    .string()
    .max(max)
    .transform((value) => value.replaceAll('\u0000', '').toWellFormed())

const scoringAnswer = z.object({
  scores: z.array(
    z.object({
      criterionId: z.string(),
      score: z.int().min(1).max(5),
      reason: words(4000),
      quotes: z.array(z.object({ answer: z.string().max(100), text: words(4000) })).max(20),
    }),
  ),
})

/** What a model is asked to say about the answers. */
export type ScoringAnswer = z.output<typeof scoringAnswer>

const MAX_PROBLEMS = 5

/** The same as JSON Schema, in the part of it that every provider knows. */
export function scoringSchema(criterionIds: readonly string[]): Record<string, unknown> {
  return object({
    scores: {
      type: 'array',
      description: 'One entry for each criterion.',
      items: object({
        criterionId: { type: 'string', enum: [...criterionIds] },
        score: { type: 'integer', description: 'A whole number from 1 to 5.' },
        reason: { type: 'string', description: 'Two or three sentences.' },
        quotes: {
          type: 'array',
          description: 'One to three passages that the score rests on, copied exactly.',
          items: object({
            answer: { type: 'string', description: 'The name of the answer, like A1.' },
            text: { type: 'string', description: 'The passage, copied character by character.' },
          }),
        },
      }),
    },
  })
}

function object(properties: Record<string, unknown>): Record<string, unknown> {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
}

/** Reads a model's reply: JSON of that shape, with one score for every criterion and for nothing else. Pure. */
export function parseScoring(text: string, criterionIds: readonly string[]): Verdict<ScoringAnswer> {
  const parsed = scoringAnswer.safeParse(parseJson(text))
  if (!parsed.success) {
    const problems = parsed.error.issues
      .slice(0, MAX_PROBLEMS)
      .map(({ path, message }) => `${path.join('.') || 'the reply'}: ${message}`)
    return { ok: false, problem: `the reply is not JSON of the agreed shape (${problems.join('; ')})` }
  }
  const given = parsed.data.scores.map(({ criterionId }) => criterionId)
  const missing = criterionIds.filter((id) => given.filter((other) => other === id).length !== 1)
  if (missing.length > 0) {
    return { ok: false, problem: `each criterion needs exactly one score: ${missing.join(', ')}` }
  }
  if (given.length !== criterionIds.length) {
    return { ok: false, problem: `there are scores for criteria that do not exist` }
  }
  return { ok: true, value: parsed.data }
}

const FENCE = '```'

/** Models without a JSON mode like to put a fence around it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(withoutFence(text.trim()))
  } catch {
    return undefined
  }
}

/** Not by a regular expression: one that backtracks takes hours over a reply of line feeds. */
function withoutFence(reply: string): string {
  if (reply.length < 2 * FENCE.length || !reply.startsWith(FENCE) || !reply.endsWith(FENCE)) return reply
  const fenced = reply.slice(FENCE.length, -FENCE.length)
  return (fenced.startsWith('json') ? fenced.slice('json'.length) : fenced).trim()
}
