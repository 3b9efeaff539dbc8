import type { Permission } from '../contract/index.ts'
import type { SessionTokenKind } from '../core/actor.ts'
import type { AppContext, CompanyContext, SessionContext, UserContext } from '../core/context.ts'
import { isAppError } from '../core/errors.ts'
import type { RateLimit } from '../core/ports.ts'
import { authenticateMember, authenticateSession, authenticateUser } from './authenticate.ts'
import { toTrpcError } from './format-error.ts'
import { t } from './init.ts'

/** Calls per minute where a procedure names no limit of its own: far above what a person or a browser does. */
const PER_CALLER: RateLimit = { name: 'caller', points: 1200, seconds: 60 }
const PER_ADDRESS: RateLimit = { name: 'address', points: 300, seconds: 60 }

/** AppErrors become tRPC's here, at the one place that knows both. */
async function translated<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw isAppError(error) ? toTrpcError(error) : error
  }
}

/**
 * Each builder makes one combined middleware (authentication, rate limit, authorisation): every further one costs time.
 * Refused calls are counted too: by the token's holder, or by address where the token is refused.
 */

/** Anyone. Counted by address. */
export function publicProcedure(limit: RateLimit = PER_ADDRESS) {
  return t.procedure.meta({ auth: 'public', limit }).use(async ({ ctx, next }) => {
    const known = await translated(async (): Promise<AppContext> => {
      await ctx.limiter.consume(limit, ctx.request.ip)
      return { ...ctx, actor: { kind: 'anonymous' } }
    })
    return raised(await next({ ctx: known }))
  })
}

/** Anyone; a token that is sent must be right. For calls that work with and without an account. Counted by address. */
export function optionalUserProcedure(limit: RateLimit = PER_ADDRESS) {
  return t.procedure.meta({ auth: 'public', limit }).use(async ({ ctx, next }) => {
    const known = await translated(async (): Promise<AppContext> => {
      await ctx.limiter.consume(limit, ctx.request.ip)
      return {
        ...ctx,
        actor: ctx.tokens.length > 0 ? await authenticateUser(ctx, PER_CALLER) : { kind: 'anonymous' },
      }
    })
    return raised(await next({ ctx: known }))
  })
}

/** A signed-in user. Counted by user. */
export function userProcedure(limit: RateLimit = PER_CALLER) {
  return t.procedure.meta({ auth: 'user', limit }).use(async ({ ctx, next }) => {
    const known = await translated(async (): Promise<UserContext> => {
      return { ...ctx, actor: await authenticateUser(ctx, limit) }
    })
    return raised(await next({ ctx: known }))
  })
}

/** A member of the company that the input names by `companyId`, with a permission there. Counted by user. */
export function companyProcedure(permission: Permission, limit: RateLimit = PER_CALLER) {
  return t.procedure.meta({ auth: 'company', permission, limit }).use(async ({ ctx, next, getRawInput }) => {
    const input = await getRawInput()
    const known = await translated(async (): Promise<CompanyContext> => {
      return { ...ctx, ...(await authenticateMember(ctx, input, permission, limit)) }
    })
    return raised(await next({ ctx: known }))
  })
}

/** The candidate of the session that the input names by `sessionId`, by a token of one kind. Counted by session. */
export function sessionProcedure(kind: Exclude<SessionTokenKind, 'upt'>, limit: RateLimit = PER_CALLER) {
  return t.procedure.meta({ auth: kind, limit }).use(async ({ ctx, next, getRawInput }) => {
    const input = await getRawInput()
    const known = await translated(async (): Promise<SessionContext> => {
      return { ...ctx, actor: await authenticateSession(ctx, kind, input, limit) }
    })
    return raised(await next({ ctx: known }))
  })
}

/** A verb's AppError arrives wrapped as an internal error; give it its own code, for the status and the logs. */
function raised<Result extends { ok: boolean }>(result: Result): Result {
  if (!result.ok && 'error' in result) {
    const error = result.error
    if (error instanceof Error && isAppError(error.cause)) throw toTrpcError(error.cause)
  }
  return result
}
