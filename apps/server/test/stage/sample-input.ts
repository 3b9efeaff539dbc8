import { z } from 'zod'
import type { Procedure } from './procedures.ts'

/** Values for fields that mean something, by the field's name, or by `procedure.field` where that differs. */
export type Samples = Readonly<Record<string, (procedure: string) => unknown>>

type Schema = z.core.JSONSchema.BaseSchema

/**
 * Makes a valid input for a procedure from its own schema: fields that have a sample get it, the others the plainest
 * value that the schema allows. Optional fields are left out, unless they have or hold a sample, or `optional` asks for
 * all.
 *
 * @throws where no valid input can be made: a new procedure needs samples before it counts as tested
 */
export async function sampleInput(
  procedure: Procedure,
  samples: Samples,
  { optional = false }: { optional?: boolean } = {},
): Promise<unknown> {
  if (procedure.input === undefined) return undefined
  const schema: Schema = z.toJSONSchema(procedure.input, { io: 'input', unrepresentable: 'any' })
  const input = await sample(schema, { procedure: procedure.path, field: '', samples, optional })
  const parsed = procedure.input.safeParse(input)
  if (!parsed.success) {
    throw new Error(
      `no valid input could be made for ${procedure.path}: ${parsed.error.message}. Add samples for its fields.`,
    )
  }
  return input
}

interface Place {
  procedure: string
  field: string
  samples: Samples
  optional: boolean
}

async function sample(schema: Schema, place: Place): Promise<unknown> {
  const { procedure, field, samples } = place
  const known = samples[`${procedure}.${field}`] ?? samples[field]
  if (known) return known(procedure)
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  const choice = schema.anyOf?.[0] ?? schema.oneOf?.[0]
  if (choice) return sample(asSchema(choice), place)
  switch (schema.type) {
    case 'object':
      return sampleObject(schema, place)
    case 'array': {
      const item = Array.isArray(schema.items) ? schema.items[0] : schema.items
      if (item === undefined) throw missing(place)
      const count = Math.max(schema.minItems ?? 0, place.optional ? 1 : 0)
      return Promise.all(Array.from({ length: count }, () => sample(asSchema(item), place)))
    }
    case 'string':
      if (schema.pattern !== undefined) throw missing(place)
      return 'Sample'.padEnd(schema.minLength ?? 0, '.')
    case 'integer':
    case 'number':
      return schema.minimum ?? 1
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      throw missing(place)
  }
}

async function sampleObject(schema: Schema, place: Place): Promise<Record<string, unknown>> {
  const required = new Set(schema.required)
  const { samples, procedure, optional } = place
  const made: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(schema.properties ?? {})) {
    const isKnown = samples[`${procedure}.${field}`] !== undefined || samples[field] !== undefined
    if (!required.has(field) && !isKnown && !optional && !mentionsSample(asSchema(value), place)) continue
    made[field] = await sample(asSchema(value), { ...place, field })
  }
  return made
}

/** Whether an object holds a field that has a sample, at any depth: then it is worth sending though it is optional. */
function mentionsSample(schema: Schema, { samples, procedure }: Place): boolean {
  return Object.entries(schema.properties ?? {}).some(
    ([field, value]) =>
      samples[`${procedure}.${field}`] !== undefined ||
      samples[field] !== undefined ||
      mentionsSample(asSchema(value), { samples, procedure, field, optional: false }),
  )
}

function asSchema(value: z.core.JSONSchema._JSONSchema): Schema {
  if (typeof value === 'boolean') throw new Error('a schema that is only true or false has no sample')
  return value
}

function missing({ procedure, field }: Place): Error {
  return new Error(`${procedure} has the field "${field}", for which there is no sample. Add one.`)
}
