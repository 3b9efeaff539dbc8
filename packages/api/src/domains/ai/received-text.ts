/** Longest answer that is kept, in UTF-16 code units; a provider that runs on is cut off there. */
export const MAX_OUTPUT_LENGTH = 100_000

/**
 * Puts a streamed answer together so that it can be stored and hashed: NUL is left out (Postgres refuses it), a
 * surrogate pair that was torn between two chunks is joined again, and a surrogate without its other half becomes
 * U+FFFD, as it could not be encoded.
 */
export class ReceivedText {
  text = ''
  #half = ''

  /** Adds a chunk. */
  push(chunk: string): void {
    const joined = this.#half + chunk.replaceAll('\u0000', '')
    const last = joined.charCodeAt(joined.length - 1)
    const torn = last >= 0xd800 && last <= 0xdbff
    this.#half = torn ? joined.slice(-1) : ''
    this.text += (torn ? joined.slice(0, -1) : joined).toWellFormed()
  }

  /** Nothing follows: what was held back is half a pair. */
  end(): void {
    this.text += this.#half.toWellFormed()
    this.#half = ''
  }
}
