import { appRouter } from '@viva/api'
import { PERMISSIONS } from '@viva/api/contract'
import { z } from 'zod'

/** The part of a procedure's definition that tests derive their expectations from. */
const definition = z.object({
  type: z.enum(['query', 'mutation', 'subscription']),
  inputs: z.array(z.instanceof(z.ZodType)).max(1),
  meta: z.object({
    auth: z.enum(['public', 'user', 'company', 'ist', 'wst', 'aipt', 'acet']),
    permission: z.enum(PERMISSIONS).optional(),
  }),
})

/** One procedure of the API as the router itself describes it. */
export interface Procedure {
  /** Like `sessions.answer`. */
  path: string
  type: z.output<typeof definition>['type']
  meta: z.output<typeof definition>['meta']
  /** Absent where the procedure takes no input. */
  input: z.ZodType | undefined
}

/** Every procedure of the API, read from the router, so that a new one is tested from its first day. */
export function allProcedures(): Procedure[] {
  // At run time the router keeps them flat, by path.
  return Object.entries(appRouter._def.procedures).map(([path, procedure]) => {
    const { type, inputs, meta } = definition.parse(Reflect.get(procedure, '_def'))
    return { path, type, meta, input: inputs[0] }
  })
}
