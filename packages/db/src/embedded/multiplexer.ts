import { createServer, type Server, type Socket } from 'node:net'
import { Connection } from './connection.ts'
import { Backend, closeStatement, messagesOf, query, STATUS_IDLE, SYNC } from './wire.ts'

/** The one-session database engine behind the multiplexer. */
export interface Engine {
  /** Runs protocol messages to completion; gives the answer in pieces, each valid only during the call. */
  run(messages: Uint8Array, onAnswer: (piece: Uint8Array) => void): Promise<void>
}

/** Settings of {@link Multiplexer}. */
export interface MultiplexerOptions {
  engine: Engine
  password: string
  /** Milliseconds that a client may hold the engine, in a transaction, without sending anything. */
  idleInTransactionTimeoutMs: number
  /** Called once if the engine itself breaks. Nothing is served afterwards. */
  onEngineFailure: (error: unknown) => void
}

/**
 * Lets many connections share an engine that has a single session, as if each had its own:
 *
 * - A connection **owns** the engine from its first message until the server says "ready, not in a transaction".
 *   Others wait in line. So transactions are serial, and the messages of two clients never mix: Parse, Bind and
 *   Execute of one query stay together, and an error skips to the Sync of the client that made it.
 * - When an owner's connection drops, its transaction is rolled back before the next one's turn.
 * - A notification goes to every connection that said LISTEN.
 *
 * What stays shared, because the session is one: `SET` without `LOCAL`, temporary tables, session-level advisory
 * locks (`pg_advisory_lock` never waits here; `pg_advisory_xact_lock` is safe, as transactions are serial), and
 * nothing can be cancelled in mid-statement. Two connections of one task must not wait for each other: the second
 * waits for the first one's transaction, until `idleInTransactionTimeoutMs` closes its connection.
 */
export class Multiplexer {
  readonly #options: MultiplexerOptions
  readonly #server: Server
  readonly #connections = new Set<Connection>()
  /** Connections with a unit to run, first come first served. */
  readonly #line: Connection[] = []
  /** Connections that left something behind in the session. */
  readonly #left: Connection[] = []
  #owner: Connection | undefined
  #ownerTimer: NodeJS.Timeout | undefined
  /** The last answer ended with ReadyForQuery, so the engine expects a new statement. */
  #atBoundary = true
  #inTransaction = false
  #turning: Promise<void> | undefined
  #closed = false

  constructor(options: MultiplexerOptions) {
    this.#options = options
    this.#server = createServer((socket) => this.#accept(socket))
  }

  /** Listens on a free port of the loopback interface, and returns it. */
  async listen(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(0, '127.0.0.1', () => {
        this.#server.off('error', reject)
        resolve()
      })
    })
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('the embedded database got no port')
    return address.port
  }

  /** Sends all clients away, rolls back what they left open, and returns when the engine is idle. */
  async close(): Promise<void> {
    this.#closed = true
    this.#server.close()
    for (const connection of [...this.#connections])
      connection.dismiss('57P01', 'the embedded database is closing')
    await this.#turning
  }

  #accept(socket: Socket): void {
    if (this.#closed) {
      socket.destroy()
      return
    }
    const connection = new Connection({
      socket,
      password: this.#options.password,
      events: {
        onUnit: (from) => this.#onUnit(from),
        onGone: (from) => this.#onGone(from),
      },
    })
    this.#connections.add(connection)
  }

  #onUnit(connection: Connection): void {
    if (connection === this.#owner) clearTimeout(this.#ownerTimer)
    else if (!this.#line.includes(connection)) this.#line.push(connection)
    this.#takeTurns()
  }

  #onGone(connection: Connection): void {
    this.#connections.delete(connection)
    const place = this.#line.indexOf(connection)
    if (place !== -1) this.#line.splice(place, 1)
    if (connection === this.#owner || connection.statements.size > 0 || connection.listens.size > 0) {
      this.#left.push(connection)
      this.#takeTurns()
    }
  }

  #takeTurns(): void {
    if (this.#turning !== undefined) return
    this.#turning = this.#turns()
      .catch((error: unknown) => {
        this.#closed = true
        this.#server.close()
        for (const connection of [...this.#connections]) connection.socket.destroy()
        this.#options.onEngineFailure(error)
      })
      .finally(() => {
        this.#turning = undefined
      })
  }

  async #turns(): Promise<void> {
    for (;;) {
      if (this.#owner?.gone) await this.#recover()
      if (this.#owner === undefined) {
        const gone = this.#left.shift()
        if (gone !== undefined) {
          await this.#tidy(gone)
          continue
        }
      }
      const connection = this.#owner ?? this.#line.shift()
      const unit = connection?.units.shift()
      if (connection === undefined || unit === undefined) {
        if (this.#owner !== undefined) this.#watchOwner(this.#owner)
        return
      }
      await this.#serve(connection, unit)
    }
  }

  async #serve(connection: Connection, unit: Buffer): Promise<void> {
    this.#owner = connection
    connection.send(await this.#run(unit))
    if (!this.#atBoundary || this.#inTransaction) return
    this.#owner = undefined
    if (connection.unlistened) await this.#listenAgain(connection)
    if (connection.units.length > 0) this.#line.push(connection)
  }

  /** Runs messages and returns the answer to their sender, without the notifications, which it hands round. */
  async #run(messages: Buffer): Promise<Buffer> {
    const pieces: Buffer[] = []
    await this.#options.engine.run(messages, (piece) => pieces.push(Buffer.from(piece)))
    const answer = pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces)
    this.#atBoundary = false
    let notifications: Buffer[] | undefined
    let last: Buffer | undefined
    for (const message of messagesOf(answer)) {
      last = message
      if (message[0] === Backend.notification) {
        notifications ??= []
        notifications.push(message)
      }
    }
    if (last?.[0] === Backend.readyForQuery) {
      this.#atBoundary = true
      this.#inTransaction = last[5] !== STATUS_IDLE
    }
    if (notifications === undefined) return answer
    const told = Buffer.concat(notifications)
    for (const connection of this.#connections) if (connection.listens.size > 0) connection.send(told)
    return Buffer.concat([...messagesOf(answer)].filter((message) => message[0] !== Backend.notification))
  }

  /** Ends what a vanished owner left half done. */
  async #recover(): Promise<void> {
    if (!this.#atBoundary) await this.#run(SYNC)
    if (this.#inTransaction) await this.#run(query('ROLLBACK'))
    this.#owner = undefined
  }

  /** Frees what a vanished connection had made in the shared session. */
  async #tidy(gone: Connection): Promise<void> {
    if (gone.statements.size > 0) {
      await this.#run(Buffer.concat([...[...gone.statements].map(closeStatement), SYNC]))
      gone.statements.clear()
    }
    for (const channel of gone.listens.keys()) {
      const wanted = [...this.#connections].some((connection) => connection.listens.has(channel))
      if (!wanted) await this.#run(query(`UNLISTEN ${channel}`))
    }
    gone.listens.clear()
  }

  /** One client's UNLISTEN ended the session's subscription; the others still want theirs. */
  async #listenAgain(connection: Connection): Promise<void> {
    connection.unlistened = false
    const wanted = new Set([...this.#connections].flatMap((other) => [...other.listens.values()]))
    for (const listen of wanted) await this.#run(query(listen))
  }

  #watchOwner(owner: Connection): void {
    clearTimeout(this.#ownerTimer)
    this.#ownerTimer = setTimeout(() => {
      if (owner !== this.#owner) return
      owner.dismiss('25P03', 'terminating connection due to idle-in-transaction timeout')
    }, this.#options.idleInTransactionTimeoutMs)
  }
}
