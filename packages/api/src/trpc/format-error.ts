import { type TRPC_ERROR_CODE_KEY, type TRPCDefaultErrorShape, TRPCError } from '@trpc/server'
import { TRPC_ERROR_CODES_BY_KEY, type TRPCErrorShape } from '@trpc/server/rpc'
import { ZodError } from 'zod'
import { type AppErrorBody, type AppErrorCode, ERROR_STATUS } from '../contract/index.ts'
import { AppError, isAppError } from '../core/errors.ts'

/** The tRPC code of each of ours; the HTTP status follows from it over HTTP. */
const TRPC_CODES = {
  INVALID_INPUT: 'BAD_REQUEST',
  UNAUTHENTICATED: 'UNAUTHORIZED',
  TOKEN_EXPIRED: 'UNAUTHORIZED',
  INVALID_CREDENTIALS: 'UNAUTHORIZED',
  REFRESH_REUSED: 'UNAUTHORIZED',
  FORBIDDEN: 'FORBIDDEN',
  CONSENT_REQUIRED: 'FORBIDDEN',
  NOT_FOUND: 'NOT_FOUND',
  LINK_INVALID: 'NOT_FOUND',
  INVALID_STATE: 'CONFLICT',
  CONFLICT: 'CONFLICT',
  IDEMPOTENCY_KEY_REUSED: 'UNPROCESSABLE_CONTENT',
  RATE_LIMITED: 'TOO_MANY_REQUESTS',
  OVERLOADED: 'SERVICE_UNAVAILABLE',
  AI_BUDGET_EXCEEDED: 'TOO_MANY_REQUESTS',
  AI_UNAVAILABLE: 'SERVICE_UNAVAILABLE',
  PAYLOAD_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  MEDIA_TYPE_MISMATCH: 'UNSUPPORTED_MEDIA_TYPE',
  UPLOAD_INCOMPLETE: 'UNPROCESSABLE_CONTENT',
  INTERNAL: 'INTERNAL_SERVER_ERROR',
} as const satisfies Record<AppErrorCode, TRPC_ERROR_CODE_KEY>

/** What tRPC itself refuses before a verb runs: bad JSON, an unknown procedure, a wrong method, too large a body. */
const TRANSPORT_CODES: Partial<Record<TRPC_ERROR_CODE_KEY, () => AppError>> = {
  NOT_FOUND: () => new AppError('NOT_FOUND', 'There is no such procedure.', { resource: 'procedure' }),
  PAYLOAD_TOO_LARGE: () => new AppError('PAYLOAD_TOO_LARGE', 'The request is too large.', { maxBytes: 0 }),
  UNAUTHORIZED: () => new AppError('UNAUTHENTICATED', 'Log in first.', {}),
}
const MALFORMED = new Set<TRPC_ERROR_CODE_KEY>([
  'PARSE_ERROR',
  'BAD_REQUEST',
  'METHOD_NOT_SUPPORTED',
  'UNSUPPORTED_MEDIA_TYPE',
  'UNPROCESSABLE_CONTENT',
])

/** So much of what is wrong with an input is told: an input of a megabyte must not be answered with its like. */
const MAX_ISSUES = 20
const MAX_ISSUE_TEXT = 300

const clipped = (text: string): string =>
  text.length > MAX_ISSUE_TEXT ? `${text.slice(0, MAX_ISSUE_TEXT).toWellFormed()}…` : text

/** The AppError that a tRPC error stands for; INTERNAL for everything that was not meant for a client. */
export function toAppError(error: TRPCError): AppError {
  if (isAppError(error.cause)) return error.cause
  if (error.cause instanceof ZodError && error.code === 'BAD_REQUEST') {
    const issues = error.cause.issues
      .slice(0, MAX_ISSUES)
      .map(({ path, message }) => ({ path: clipped(path.join('.')), message: clipped(message) }))
    return new AppError('INVALID_INPUT', 'The input is not valid.', { issues })
  }
  const known = TRANSPORT_CODES[error.code]
  if (known) return known()
  if (MALFORMED.has(error.code)) {
    const issues = [{ path: '', message: 'is not a well-formed call of this procedure' }]
    return new AppError('INVALID_INPUT', 'The request is not well-formed.', { issues })
  }
  return new AppError('INTERNAL', 'Something went wrong on the server.', {})
}

/** An AppError as tRPC carries it. */
export function toTrpcError(error: AppError): TRPCError {
  return new TRPCError({ code: TRPC_CODES[error.code], message: error.message, cause: error })
}

/** What every error looks like on the wire. Nothing of an unknown error but the request id leaves the server. */
export interface VivaErrorShape extends TRPCErrorShape {
  data: { code: TRPC_ERROR_CODE_KEY; httpStatus: number; app: AppErrorBody }
}

/** Shapes an error for the wire. */
export function formatError(options: {
  shape: TRPCDefaultErrorShape
  error: TRPCError
  requestId: string
}): VivaErrorShape {
  return formatAppError(toAppError(options.error), options.requestId, options.shape.code)
}

/** The same shape for an error that a transport raises by itself, before or beside tRPC. */
export function formatAppError(
  app: AppError,
  requestId: string,
  code: TRPCErrorShape['code'] = TRPC_ERROR_CODES_BY_KEY[TRPC_CODES[app.code]],
): VivaErrorShape {
  return {
    code,
    message: app.message,
    data: {
      code: TRPC_CODES[app.code],
      httpStatus: ERROR_STATUS[app.code],
      // One literal code with its own details, which the compiler cannot follow through the class.
      app: { code: app.code, message: app.message, requestId, details: app.details } as AppErrorBody,
    },
  }
}
