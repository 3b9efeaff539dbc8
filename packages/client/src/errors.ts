import { type AppErrorBody, type AppErrorCode, type AppErrorDetails, ERROR_STATUS } from '@viva/api/contract'

/** What each error code of the SDK carries: all of the server's, and those that come about on the way to it. */
export interface VivaErrorDetails extends AppErrorDetails {
  /** The server was not reached, or its answer was lost. Whether the call took effect is not known. */
  NETWORK: Record<never, never>
  /** The caller's signal, or `close()`, ended the call. */
  ABORTED: Record<never, never>
  /** Something answered that is no Viva server, or a newer one. `status` is the HTTP status, where there was one. */
  PROTOCOL: { status: number | null }
}

/** Every code an error of the SDK may have. */
export type VivaErrorCode = keyof VivaErrorDetails

/** Codes after which the same call may succeed later, with nothing changed. */
const RETRYABLE: ReadonlySet<VivaErrorCode> = new Set([
  'NETWORK',
  'PROTOCOL',
  'RATE_LIMITED',
  'OVERLOADED',
  'AI_UNAVAILABLE',
  'INTERNAL',
])

/** Codes that say who is calling is not known: log in, then try again. */
const SIGNED_OUT: ReadonlySet<VivaErrorCode> = new Set(['UNAUTHENTICATED', 'TOKEN_EXPIRED', 'REFRESH_REUSED'])

/**
 * The one error class of the SDK. Narrow it with {@link isVivaError}, then `switch` on `code`.
 *
 * @example
 * try {
 *   await session.start()
 * } catch (error) {
 *   if (isVivaError(error, 'INVALID_STATE')) show(`Now possible: ${error.details.allowed.join(', ')}`)
 *   else throw error
 * }
 */
export class VivaError<Code extends VivaErrorCode = VivaErrorCode> extends Error {
  override readonly name = 'VivaError'
  readonly code: Code
  readonly details: VivaErrorDetails[Code]
  /** Finds the call in the server's log; null where no server answered. */
  readonly requestId: string | null

  constructor(
    code: Code,
    message: string,
    details: VivaErrorDetails[Code],
    options: { requestId?: string | null; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = details
    this.requestId = options.requestId ?? null
  }

  /** Whether the same call may succeed later, with nothing changed. */
  get retryable(): boolean {
    return RETRYABLE.has(this.code)
  }
}

/** Every error of the SDK, told apart by `code`. */
export type AnyVivaError = { [Code in VivaErrorCode]: VivaError<Code> }[VivaErrorCode]

/**
 * Whether something that was caught is an error of the SDK, and, where codes are given, one with such a code.
 *
 * @example
 * if (isVivaError(error)) {
 *   switch (error.code) {
 *     case 'RATE_LIMITED':
 *       return `Try again in ${error.details.retryAfterSeconds} s.`
 *     // … the compiler names the codes that are missing
 *   }
 * }
 */
export function isVivaError(error: unknown): error is AnyVivaError
export function isVivaError<Code extends VivaErrorCode>(
  error: unknown,
  ...codes: readonly Code[]
): error is Extract<AnyVivaError, { code: Code }>
export function isVivaError(error: unknown, ...codes: readonly VivaErrorCode[]): boolean {
  return error instanceof VivaError && (codes.length === 0 || codes.includes(error.code))
}

/** Whether the caller has to log in before anything else can succeed. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof VivaError && SIGNED_OUT.has(error.code)
}

/** The error that a body from the server stands for. Codes that this version does not know are `PROTOCOL`. */
export function fromBody(body: AppErrorBody, status: number | null = null): VivaError {
  const { code, message, requestId, details } = body
  if (!Object.hasOwn(ERROR_STATUS, code)) return new VivaError('PROTOCOL', message, { status }, { requestId })
  return new VivaError<AppErrorCode>(code, message, details, { requestId })
}

/** Whether a value from the network has the shape of the server's errors. */
export function isErrorBody(value: unknown): value is AppErrorBody {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    typeof value.code === 'string' &&
    'message' in value &&
    typeof value.message === 'string' &&
    'details' in value
  )
}

/** The error for a call that its caller gave up. */
export function aborted(cause?: unknown): VivaError<'ABORTED'> {
  return new VivaError('ABORTED', 'The call was given up.', {}, { cause })
}

/** The error for a server that was not reached. */
export function networkError(cause?: unknown): VivaError<'NETWORK'> {
  return new VivaError('NETWORK', 'The server was not reached. Check the connection.', {}, { cause })
}

/** Whatever a call failed with, as an error of the SDK. */
export function toVivaError(error: unknown): VivaError {
  // tRPC wraps what its fetch throws, and keeps what the server sent in `data`.
  for (let cause = error, depth = 0; cause instanceof Error && depth < 4; cause = cause.cause, depth += 1) {
    if (cause instanceof VivaError) return cause
    if (cause.name === 'AbortError') return aborted(error)
    const data: unknown = Reflect.get(cause, 'data')
    const body: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, 'app') : null
    if (isErrorBody(body)) return fromBody(body)
  }
  return networkError(error)
}
