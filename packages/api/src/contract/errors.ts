import type { Sensor } from './signals.ts'
import type { SessionAction, SessionState } from './states.ts'

/**
 * What each error code carries beside its message, for a caller that wants to react and not only to show text.
 * A code is part of the API: it never changes its meaning.
 */
export interface AppErrorDetails {
  /** The input breaks the schema. `path` is dotted, `message` is for a person. */
  INVALID_INPUT: { issues: { path: string; message: string }[] }
  /** No token, or one that this procedure does not take. Log in or refresh. */
  UNAUTHENTICATED: Record<never, never>
  /** The token was right once and its time is over. Refresh, then try again. */
  TOKEN_EXPIRED: Record<never, never>
  /** E-mail and password do not belong together. Never says which of them is wrong. */
  INVALID_CREDENTIALS: Record<never, never>
  /** A refresh token was used twice outside the grace: the device is logged out, log in again. */
  REFRESH_REUSED: Record<never, never>
  /** A member whose role lacks the `permission`; where there is none, the message says what is not allowed. */
  FORBIDDEN: { permission?: string }
  /** The candidate has not consented to the sensor that the upload comes from. Without consent nothing of it is kept. */
  CONSENT_REQUIRED: { sensor: Sensor }
  /** It does not exist, or belongs to somebody else: both look alike on purpose. */
  NOT_FOUND: { resource: string }
  /** A link that was used, has expired, or never existed. */
  LINK_INVALID: Record<never, never>
  /** The session is not in a state that allows this. `allowed` lists what it does allow now. */
  INVALID_STATE: { state: SessionState; allowed: readonly SessionAction[] }
  /** Somebody else changed the same thing first, or it exists already. */
  CONFLICT: { reason: string }
  /** The idempotency key was used before with another input. Make a new key for a new call. */
  IDEMPOTENCY_KEY_REUSED: Record<never, never>
  /** Too many calls. Wait `retryAfterSeconds` (also the Retry-After header). */
  RATE_LIMITED: { retryAfterSeconds: number }
  /** The server is busy. Nothing was done; try again after `retryAfterSeconds`. */
  OVERLOADED: { retryAfterSeconds: number }
  /** The company's daily AI tokens are used up. `resetsAt` is ISO 8601. */
  AI_BUDGET_EXCEEDED: { usedTokens: number; capTokens: number; resetsAt: string }
  /** No AI provider answered. The run is recorded as failed. */
  AI_UNAVAILABLE: { attempts: number }
  /** More bytes than the limit, in `maxBytes`. */
  PAYLOAD_TOO_LARGE: { maxBytes: number }
  /** The bytes are not what the upload said they would be. */
  MEDIA_TYPE_MISMATCH: { declared: string; detected: string | null }
  /** Fewer or more bytes arrived than were announced. */
  UPLOAD_INCOMPLETE: { expectedBytes: number; receivedBytes: number }
  /** A fault of the server. `requestId` finds it in the log; nothing else is told. */
  INTERNAL: Record<never, never>
}

/** Every code the server may answer with. */
export type AppErrorCode = keyof AppErrorDetails

/** The HTTP status of each code, the same over every transport. */
export const ERROR_STATUS = {
  INVALID_INPUT: 400,
  UNAUTHENTICATED: 401,
  TOKEN_EXPIRED: 401,
  INVALID_CREDENTIALS: 401,
  REFRESH_REUSED: 401,
  FORBIDDEN: 403,
  CONSENT_REQUIRED: 403,
  NOT_FOUND: 404,
  LINK_INVALID: 404,
  INVALID_STATE: 409,
  CONFLICT: 409,
  IDEMPOTENCY_KEY_REUSED: 422,
  RATE_LIMITED: 429,
  OVERLOADED: 503,
  AI_BUDGET_EXCEEDED: 429,
  AI_UNAVAILABLE: 503,
  PAYLOAD_TOO_LARGE: 413,
  MEDIA_TYPE_MISMATCH: 415,
  UPLOAD_INCOMPLETE: 422,
  INTERNAL: 500,
} as const satisfies Record<AppErrorCode, number>

/** What travels in `error.data.app` of a tRPC error and in the body of a raw route's error. */
export type AppErrorBody = {
  [Code in AppErrorCode]: { code: Code; message: string; requestId: string; details: AppErrorDetails[Code] }
}[AppErrorCode]
