import { ERROR_STATUS } from '@viva/api/contract'
import { describe, expect, test } from 'vitest'
import { fromBody, toVivaError } from './errors.ts'
import { type AnyVivaError, isVivaError, VivaError } from './index.ts'

/** Does not compile where a code is missing: every path must return. */
function advice(error: AnyVivaError): string {
  switch (error.code) {
    case 'INVALID_INPUT':
      return error.details.issues.map(({ path }) => path).join()
    case 'UNAUTHENTICATED':
    case 'TOKEN_EXPIRED':
    case 'REFRESH_REUSED':
    case 'INVALID_CREDENTIALS':
      return 'log in'
    case 'FORBIDDEN':
      return error.details.permission ?? ''
    case 'CONSENT_REQUIRED':
      return error.details.sensor
    case 'NOT_FOUND':
      return error.details.resource
    case 'LINK_INVALID':
      return 'ask for another link'
    case 'INVALID_STATE':
      return `${error.details.state}: ${error.details.allowed.join()}`
    case 'CONFLICT':
      return error.details.reason
    case 'IDEMPOTENCY_KEY_REUSED':
      return 'make a new key'
    case 'RATE_LIMITED':
    case 'OVERLOADED':
      return `${error.details.retryAfterSeconds} s`
    case 'AI_BUDGET_EXCEEDED':
      return error.details.resetsAt
    case 'AI_UNAVAILABLE':
      return `${error.details.attempts} tries`
    case 'PAYLOAD_TOO_LARGE':
      return `${error.details.maxBytes} bytes`
    case 'MEDIA_TYPE_MISMATCH':
      return error.details.declared
    case 'UPLOAD_INCOMPLETE':
      return `${error.details.receivedBytes}/${error.details.expectedBytes}`
    case 'INTERNAL':
      return error.requestId ?? ''
    case 'NETWORK':
    case 'ABORTED':
      return 'try again'
    case 'PROTOCOL':
      return `status ${error.details.status}`
  }
}

describe('errors', () => {
  test('a switch over the code is exhaustive, and knows the details of each', () => {
    const error: unknown = new VivaError('INVALID_STATE', 'No.', { state: 'setup', allowed: ['claim'] })
    expect(isVivaError(error) && advice(error)).toBe('setup: claim')
    expect(isVivaError(error, 'NOT_FOUND')).toBe(false)
    expect(isVivaError(error, 'NOT_FOUND', 'INVALID_STATE')).toBe(true)
    expect(isVivaError(new Error('INVALID_STATE'))).toBe(false)
  })

  test('every code of the server is taken over with its details and request id', () => {
    for (const code of Object.keys(ERROR_STATUS)) {
      const details = { resource: 'session', marker: code }
      const body = { code: code as 'NOT_FOUND', message: 'a message', requestId: 'r1', details }
      const error = fromBody(body)
      expect(error).toMatchObject({ code, message: 'a message', requestId: 'r1', details })
    }
  })

  test('a code of a newer server is PROTOCOL, so that a switch stays exhaustive', () => {
    const body = { code: 'TEAPOT' as 'INTERNAL', message: 'short and stout', requestId: 'r2', details: {} }
    expect(fromBody(body)).toMatchObject({ code: 'PROTOCOL', message: 'short and stout', requestId: 'r2' })
  })

  test('what a fetch throws is NETWORK with its cause, and an abort is ABORTED', () => {
    const cause = new TypeError('fetch failed')
    expect(toVivaError(cause)).toMatchObject({ code: 'NETWORK', cause, retryable: true })
    expect(toVivaError(new DOMException('stop', 'AbortError'))).toMatchObject({ code: 'ABORTED' })
  })
})
