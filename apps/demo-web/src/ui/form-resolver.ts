import { toNestErrors } from '@hookform/resolvers'
import type { FieldError, FieldValues, Resolver } from 'react-hook-form'
import { editing } from '#strings/editing.ts'

/** What a zod schema of `@viva/client/schemas` is used for here. */
interface Schema {
  safeParse(
    value: unknown,
    options: { error: (issue: { code?: string | undefined }) => string | undefined },
  ): { success: boolean; error?: { issues: { code: string; path: PropertyKey[]; message: string }[] } }
}

/** One value that the schema refuses, by its dotted path in the form. */
export interface Refusal {
  path: string
  code: string
  message: string
}

/** Checks an input as the server will, and says what is wrong in words for people. */
export function refusalsOf(schema: Schema, input: unknown): Refusal[] {
  const checked = schema.safeParse(input, { error: editing.refused })
  return (checked.error?.issues ?? []).map(({ path, code, message }) => ({
    path: path.map(String).join('.'),
    code,
    message,
  }))
}

/** Makes a form check itself by `refusals`, whose paths are the form's own. */
export function formResolver<Values extends FieldValues>(
  refusals: (values: Values) => Refusal[],
): Resolver<Values> {
  return (values, _context, options) => {
    const errors: Record<string, FieldError> = {}
    // The first thing that is wrong with a value is the one to say.
    for (const { path, code, message } of refusals(values)) errors[path] ??= { type: code, message }
    return Object.keys(errors).length === 0
      ? { values, errors: {} }
      : { values: {}, errors: toNestErrors(errors, options) }
  }
}
