import { AppError } from '../../core/errors.ts'

/** The one answer to a link that opens nothing, whatever the reason. */
export function linkInvalid(): AppError<'LINK_INVALID'> {
  const message = 'This link was used, has expired, or is not complete. Ask for a new invitation.'
  return new AppError('LINK_INVALID', message, {})
}
