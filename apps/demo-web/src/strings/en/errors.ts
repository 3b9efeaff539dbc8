import type { AnyVivaError } from '@viva/client'

/**
 * What a person is told about an error. The server's message is written for people, too, and says the details; here is
 * what can be said better by an application that knows what it was doing.
 */
export function describeError(error: AnyVivaError): string {
  switch (error.code) {
    case 'NETWORK':
      return 'The server cannot be reached. Check your connection and try again.'
    case 'RATE_LIMITED':
      return `Too many tries. Try again in ${error.details.retryAfterSeconds} seconds.`
    case 'OVERLOADED':
      return 'The server is busy. Try again in a moment.'
    case 'INVALID_CREDENTIALS':
      return 'E-mail or password is wrong.'
    case 'UNAUTHENTICATED':
    case 'TOKEN_EXPIRED':
    case 'REFRESH_REUSED':
      return 'You are signed out. Log in again to go on.'
    case 'FORBIDDEN':
      return error.details.permission === undefined
        ? error.message
        : 'Your role does not allow this. An admin of the company can do it, or change your role.'
    case 'INVALID_INPUT':
      return error.details.issues
        .map(({ path, message }) => (path ? `${path}: ${message}` : message))
        .join('; ')
    default:
      return error.message
  }
}

export const unknownError = 'Something went wrong in this page. Load it again to go on.'
