import { initTRPC } from '@trpc/server'
import type { Permission } from '../contract/index.ts'
import type { SessionTokenKind } from '../core/actor.ts'
import type { RateLimit } from '../core/ports.ts'
import type { TransportContext } from './context.ts'
import { formatError } from './format-error.ts'

/** What a procedure demands. The gate enforces it; the generated authorisation matrix tests it. */
export interface ProcedureMeta {
  /** Who may call: anyone, a user, a member with `permission`, or a token of one session. */
  auth: 'public' | 'user' | 'company' | Exclude<SessionTokenKind, 'upt'>
  permission?: Permission
  /** Counts each call by the caller (user, session, or address). */
  limit: RateLimit
}

export const t = initTRPC
  .context<TransportContext>()
  .meta<ProcedureMeta>()
  .create({
    isDev: false,
    errorFormatter: ({ shape, error, ctx }) =>
      formatError({ shape, error, requestId: ctx?.request.id ?? '' }),
    sse: {
      ping: { enabled: true, intervalMs: 10_000 },
      client: { reconnectAfterInactivityMs: 30_000 },
    },
  })
