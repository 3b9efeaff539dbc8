import { type AnyVivaError, toVivaError } from '../errors.ts'

/** Whatever a call failed with, to be told apart by its code. */
export function knownError(error: unknown): AnyVivaError {
  // Whose code is any code has one of them; the class alone cannot say so.
  return toVivaError(error) as AnyVivaError
}
