/** What one caller may take of the transports. */
export interface TransportLimits {
  /** Body of a call, and message of a socket, in bytes. */
  maxBodyBytes: number
  /** Calls in one batch. */
  maxBatch: number
  /** How long the body of a call may take to arrive, in ms. */
  bodyTimeoutMs: number
  /** How long an answer may wait for its reader without a byte getting through, in ms. */
  stalledMs: number
  /** How long a socket may take to show its tokens, in ms. */
  helloMs: number
  subscriptionsPerSocket: number
  /** Messages that a socket may send at once, and then for each second. */
  messageBurst: number
  messagesPerSecond: number
  /** A socket that sends nothing for `pingMs` is asked, and cut where nothing comes within `pongMs`. */
  pingMs: number
  pongMs: number
  /** Unsent bytes from which on a subscriber is paused. */
  maxBufferedBytes: number
  /** How long a subscriber may stay paused, in ms. */
  slowConsumerMs: number
  /** How often tokens are compared with the clock, in ms. */
  expirySweepMs: number
}

export const DEFAULT_LIMITS: TransportLimits = {
  maxBodyBytes: 1_000_000,
  maxBatch: 10,
  bodyTimeoutMs: 30_000,
  stalledMs: 60_000,
  helloMs: 5000,
  subscriptionsPerSocket: 20,
  messageBurst: 100,
  messagesPerSecond: 20,
  pingMs: 20_000,
  pongMs: 10_000,
  maxBufferedBytes: 1_000_000,
  slowConsumerMs: 15_000,
  expirySweepMs: 500,
}
