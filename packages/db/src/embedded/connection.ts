import { timingSafeEqual } from 'node:crypto'
import type { Socket } from 'node:net'
import {
  ASK_PASSWORD,
  cString,
  errorResponse,
  Frontend,
  MAX_PASSWORD_BYTES,
  MessageReader,
  ProtocolViolation,
  StartupCode,
  message as wireMessage,
} from './wire.ts'

/** What a connection tells its multiplexer. */
export interface ConnectionEvents {
  /** A unit was queued. */
  onUnit(connection: Connection): void
  /** The client is gone, or was sent away. Called once. */
  onGone(connection: Connection): void
}

const UNIT_ENDS: ReadonlySet<number> = new Set([
  Frontend.sync,
  Frontend.query,
  Frontend.flush,
  Frontend.functionCall,
  Frontend.copyDone,
  Frontend.copyFail,
])

// `copy … from stdin` makes the engine wait for bytes that only the client can send, and the engine, which runs
// to completion on this thread, takes the missing bytes for a lost connection and exits.
const COPY_FROM_STDIN = /\bcopy\b[^;]*\bfrom\s+stdin\b/i
const REFUSE_COPY =
  "do $$begin raise feature_not_supported using message = 'the embedded database does not support COPY FROM STDIN'; end$$"
const LISTEN = /^\s*(un)?listen\s+("(?:[^"]|"")+"|[\w$]+|\*)/i

/**
 * One client of the embedded database: authenticates it, and cuts what it sends into units that end where the
 * client waits for an answer. Only whole units reach the engine, so that a slow or broken client never holds it.
 */
export class Connection {
  readonly socket: Socket
  /** Whole units (messages that are sent to the engine in one go) that wait for it, oldest first. */
  readonly units: Buffer[] = []
  /** Names of the prepared statements that this client made: the engine's one session keeps them for ever. */
  readonly statements = new Set<string>()
  /** Channel (as written) → the LISTEN that asked for it. */
  readonly listens = new Map<string, string>()
  /** This client said UNLISTEN, which ended the engine's one subscription for everybody. */
  unlistened = false
  gone = false

  readonly #reader = new MessageReader()
  readonly #password: Buffer
  readonly #events: ConnectionEvents
  #stage: 'startup' | 'password' | 'ready' = 'startup'
  #startup: Buffer | undefined
  #pending: Buffer[] = []

  constructor({ socket, password, events }: { socket: Socket; password: string; events: ConnectionEvents }) {
    this.socket = socket
    this.#password = Buffer.from(password)
    this.#events = events
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#receive(chunk))
    socket.on('error', () => this.#leave()) // a reset is how many clients say goodbye
    socket.on('close', () => this.#leave())
  }

  send(bytes: Uint8Array): void {
    if (!this.gone && bytes.length > 0) this.socket.write(bytes)
  }

  /** Ends the connection after a FATAL error that says why. */
  dismiss(code: string, text: string): void {
    this.send(errorResponse('FATAL', code, text))
    this.socket.end()
    this.#leave()
  }

  #leave(): void {
    if (this.gone) return
    this.gone = true
    this.units.length = 0
    this.#events.onGone(this)
  }

  #receive(chunk: Buffer): void {
    if (this.gone) return
    this.#reader.push(chunk)
    try {
      while (!this.gone && this.#step()) {
        // one message a step
      }
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) throw error
      this.dismiss('08P01', error.message)
    }
  }

  #step(): boolean {
    if (this.#stage === 'startup') {
      const message = this.#reader.nextStartupMessage()
      if (message === undefined) return false
      this.#onStartup(message)
      return true
    }
    // Everybody on this machine can connect: a stranger gets to send no more than a password.
    const message = this.#reader.nextMessage(this.#stage === 'password' ? MAX_PASSWORD_BYTES : undefined)
    if (message === undefined) return false
    if (this.#stage === 'password') this.#onPassword(message)
    else this.#onMessage(message)
    return true
  }

  #onStartup(message: Buffer): void {
    switch (message.readInt32BE(4)) {
      case StartupCode.ssl:
      case StartupCode.gssEncryption:
        this.socket.write('N') // no encryption: the server listens on the loopback interface alone
        return
      case StartupCode.cancel: // nothing can interrupt the engine in mid-statement
        this.socket.end()
        this.#leave()
        return
      case StartupCode.protocol3:
        this.#startup = message
        this.#stage = 'password'
        this.send(ASK_PASSWORD)
        return
      default:
        throw new ProtocolViolation('unsupported protocol version')
    }
  }

  #onPassword(message: Buffer): void {
    const given = Buffer.from(cString(message, 5))
    const right =
      message[0] === Frontend.password &&
      given.length === this.#password.length &&
      timingSafeEqual(given, this.#password)
    if (!right || this.#startup === undefined) {
      this.dismiss('28P01', 'password authentication failed')
      return
    }
    this.#stage = 'ready'
    this.#queue(this.#startup)
  }

  #onMessage(received: Buffer): void {
    let message = received
    const type = message[0]
    if (type === Frontend.terminate) {
      this.socket.end()
      this.#leave()
      return
    }
    if (type === Frontend.query) {
      if (this.#refuses(cString(message, 5))) message = wireMessage(Frontend.query, `${REFUSE_COPY}\0`)
    } else if (type === Frontend.parse) {
      const name = cString(message, 5)
      if (name !== '') this.statements.add(name)
      const text = cString(message, 5 + Buffer.byteLength(name) + 1)
      if (this.#refuses(text)) message = wireMessage(Frontend.parse, `${name}\0${REFUSE_COPY}\0\0\0`)
    }
    this.#pending.push(message)
    if (type === undefined || !UNIT_ENDS.has(type)) return
    const unit = this.#pending.length === 1 ? message : Buffer.concat(this.#pending)
    this.#pending = []
    this.#queue(unit)
  }

  /** Takes note of LISTEN and UNLISTEN; true for a statement that would end the engine. */
  #refuses(text: string): boolean {
    const listen = LISTEN.exec(text)
    if (listen === null) return COPY_FROM_STDIN.test(text)
    const channel = listen[2] ?? ''
    if (listen[1] === undefined) {
      this.listens.set(channel, `LISTEN ${channel}`)
    } else {
      if (channel === '*') this.listens.clear()
      else this.listens.delete(channel)
      this.unlistened = true
    }
    return false
  }

  #queue(unit: Buffer): void {
    this.units.push(unit)
    this.#events.onUnit(this)
  }
}
