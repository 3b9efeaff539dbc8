/**
 * The few pieces of PostgreSQL's wire protocol that the embedded database's front needs: cutting a byte stream
 * into messages, and writing the handful of messages it answers itself.
 *
 * @see https://www.postgresql.org/docs/current/protocol-message-formats.html
 */

/** Type bytes of messages from the client. */
export const Frontend = {
  close: 0x43, // C
  copyDone: 0x63, // c
  copyFail: 0x66, // f
  flush: 0x48, // H
  functionCall: 0x46, // F
  parse: 0x50, // P
  password: 0x70, // p
  query: 0x51, // Q
  sync: 0x53, // S
  terminate: 0x58, // X
} as const

/** Type bytes of messages from the server. */
export const Backend = {
  notification: 0x41, // A
  readyForQuery: 0x5a, // Z
} as const

/** Codes in the place of a protocol version, in the first message of a connection. */
export const StartupCode = {
  protocol3: 196_608,
  cancel: 80_877_102,
  ssl: 80_877_103,
  gssEncryption: 80_877_104,
} as const

/** The transaction status byte `I` of ReadyForQuery: not in a transaction. */
export const STATUS_IDLE = 0x49

/** Longest message taken from a client, in bytes; a longer one closes its connection. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024

/** The first message of a connection has no type byte and stays small. */
const MAX_STARTUP_BYTES = 10_000

/** Longest message before the password is known to be right: the password itself. */
export const MAX_PASSWORD_BYTES = 1000

/** A client that does not speak the protocol; its connection is closed. */
export class ProtocolViolation extends Error {
  override name = 'ProtocolViolation'
}

/**
 * Cuts incoming bytes into whole messages, however TCP split or joined them. Chunks are joined only once a
 * message is complete, so that a large message costs one copy and not one per chunk.
 */
export class MessageReader {
  #chunks: Buffer[] = []
  #length = 0

  push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#length += chunk.length
  }

  /**
   * The next typed message with its type byte, or `undefined` until it is complete.
   *
   * @throws ProtocolViolation as soon as its length is known to be more than `maxBytes`
   */
  nextMessage(maxBytes = MAX_MESSAGE_BYTES): Buffer | undefined {
    if (this.#length < 5) return undefined
    const length = this.#peek(5).readInt32BE(1)
    if (length < 4 || length > maxBytes) throw new ProtocolViolation('message length out of range')
    return this.#take(length + 1)
  }

  /** The next start-up message (no type byte), or `undefined` until it is complete. */
  nextStartupMessage(): Buffer | undefined {
    if (this.#length < 8) return undefined
    const length = this.#peek(4).readInt32BE(0)
    if (length < 8 || length > MAX_STARTUP_BYTES)
      throw new ProtocolViolation('start-up message length out of range')
    return this.#take(length)
  }

  #peek(bytes: number): Buffer {
    const first = this.#chunks[0]
    if (first !== undefined && first.length >= bytes) return first
    return this.#join()
  }

  #join(): Buffer {
    const joined = Buffer.concat(this.#chunks, this.#length)
    this.#chunks = [joined]
    return joined
  }

  #take(bytes: number): Buffer | undefined {
    if (this.#length < bytes) return undefined
    const first = this.#chunks[0]
    const source = first !== undefined && first.length >= bytes ? first : this.#join()
    const rest = source.subarray(bytes)
    if (rest.length === 0) this.#chunks.shift()
    else this.#chunks[0] = rest
    this.#length -= bytes
    return source.subarray(0, bytes)
  }
}

/** The whole messages in an answer of the server, each with its type byte. */
export function* messagesOf(answer: Buffer): Generator<Buffer> {
  let offset = 0
  while (offset + 5 <= answer.length) {
    const end = offset + 1 + answer.readInt32BE(offset + 1)
    yield answer.subarray(offset, end)
    offset = end
  }
}

/** A message of `type` with `body`. */
export function message(type: number, body: Uint8Array | string = ''): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  const frame = Buffer.allocUnsafe(5 + bytes.length)
  frame[0] = type
  frame.writeInt32BE(4 + bytes.length, 1)
  frame.set(bytes, 5)
  return frame
}

/** A simple query. */
export function query(text: string): Buffer {
  return message(Frontend.query, `${text}\0`)
}

/** Sync: the end of a series of extended-protocol messages. */
export const SYNC: Buffer = message(Frontend.sync)

/** Close of the named prepared statement. */
export function closeStatement(name: string): Buffer {
  return message(Frontend.close, `S${name}\0`)
}

/** AuthenticationCleartextPassword: asks the client for its password. */
export const ASK_PASSWORD: Buffer = message(0x52, Buffer.from([0, 0, 0, 3]))

/** ErrorResponse with a SQLSTATE `code`; `FATAL` tells the client that its connection is over. */
export function errorResponse(severity: 'ERROR' | 'FATAL', code: string, text: string): Buffer {
  return message(0x45, `S${severity}\0V${severity}\0C${code}\0M${text}\0\0`)
}

/** The zero-terminated string at `offset`. */
export function cString(frame: Buffer, offset: number): string {
  const end = frame.indexOf(0, offset)
  return frame.toString('utf8', offset, end === -1 ? frame.length : end)
}
