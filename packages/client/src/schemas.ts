/**
 * @viva/client/schemas: the zod schemas of every input, for forms that check what the server will check. A subpath of
 * its own, since zod weighs more than the rest of the SDK.
 * @packageDocumentation
 */
// Before any schema is made.
import './without-eval.ts'

export * from '@viva/api/contract/schemas'
