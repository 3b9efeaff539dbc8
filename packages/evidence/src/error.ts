/** Why a call into this package was refused; see {@link EvidenceError}. */
export type EvidenceErrorCode =
  /** A value has no canonical JSON form (RFC 8785). */
  | 'INVALID_JSON'
  /** A field of an event cannot be hashed without ambiguity. */
  | 'INVALID_FIELD'
  /** A file or value is not an evidence bundle. */
  | 'INVALID_BUNDLE'
  /** A seal is malformed, forged, or made for something else. */
  | 'INVALID_SEAL'

/**
 * The one error class of this package. Only calls that cannot give an answer throw it; a log that was
 * tampered with is an answer, and is reported, not thrown.
 *
 * @example
 * try {
 *   parseBundle(JSON.parse(text))
 * } catch (error) {
 *   if (error instanceof EvidenceError) console.error(error.code, error.path)
 * }
 */
export class EvidenceError extends Error {
  override readonly name = 'EvidenceError'
  readonly code: EvidenceErrorCode
  /** Where in the given value the problem is, for instance `$.events[3].seq`. */
  readonly path: string

  constructor(code: EvidenceErrorCode, message: string, options: { path?: string; cause?: unknown } = {}) {
    const path = options.path ?? '$'
    super(`${path}: ${message}`, { cause: options.cause })
    this.code = code
    this.path = path
  }
}
