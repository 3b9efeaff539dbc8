import type { AppErrorCode, AppErrorDetails } from '../contract/index.ts'

type DetailsOf<Code extends AppErrorCode> = AppErrorDetails[Code]

/**
 * The one error that verbs throw. It knows nothing of a transport: `code` is literal, `details` are typed by it, and
 * `message` tells a person what to do next. `cause` stays on the server.
 *
 * @example
 * throw new AppError('NOT_FOUND', 'There is no such interview in this company.', { resource: 'interview' })
 */
export class AppError<Code extends AppErrorCode = AppErrorCode> extends Error {
  override readonly name = 'AppError'
  readonly code: Code
  readonly details: DetailsOf<Code>

  constructor(code: Code, message: string, details: DetailsOf<Code>, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
    this.details = details
  }
}

/** Whether `error` is an AppError, of one code where `code` is given. */
export function isAppError<Code extends AppErrorCode = AppErrorCode>(
  error: unknown,
  code?: Code,
): error is AppError<Code> {
  return error instanceof AppError && (code === undefined || error.code === code)
}

/** It does not exist, or it is somebody else's: the same answer for both. */
export function notFound(resource: string): AppError<'NOT_FOUND'> {
  return new AppError('NOT_FOUND', `There is no such ${resource}.`, { resource })
}
