import { randomBytes } from 'node:crypto'
import { resolve as resolvePath } from 'node:path'
import { Worker } from 'node:worker_threads'
import { lockDataDir } from './embedded/data-dir-lock.ts'
import type { FromWorker, ToWorker, WorkerSettings } from './embedded/messages.ts'

export { DataDirLockedError } from './embedded/data-dir-lock.ts'

/** Settings of {@link startEmbedded}. */
export interface StartEmbeddedOptions {
  /** Folder for the data, made if missing; the database lives in memory, and is lost on close, if absent. */
  dataDir?: string | undefined
  /** A data directory as a tar file (from {@link EmbeddedDatabase.dump}), with which a new database starts. */
  template?: string | undefined
  /**
   * Milliseconds that a transaction may stay open without a statement (default 15,000). Everybody else waits for
   * it here, so it is cut off as Postgres does with `idle_in_transaction_session_timeout`.
   */
  idleInTransactionTimeoutMs?: number | undefined
}

/** A running embedded database. */
export interface EmbeddedDatabase {
  /** Connection string with a password of its own, for any Postgres driver; valid until `close`. */
  readonly url: string
  /** Absolute path of the data folder; undefined in memory. */
  readonly dataDir: string | undefined
  /** Resolves when the database has ended: with nothing after `close`, with the error if it broke. Nothing is served then. */
  readonly ended: Promise<Error | undefined>
  /** Writes the data directory as a tar file, for use as a `template`. */
  dump(file: string): Promise<void>
  /** Sends clients away, rolls back what they left open, writes a checkpoint and gives the folder back. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts a Postgres inside this process: PGlite in a worker thread, reached over TCP on the loopback interface
 * with a random password, so that the same driver and code run on it as on a server.
 *
 * Guarantees: transactions are serial and roll back when their connection drops; an acknowledged commit survives
 * `kill -9` of the process (not a power cut: the engine does not fsync); LISTEN and NOTIFY work; `dataDir` belongs
 * to one instance at a time. What differs from a server (one shared session) is listed at
 * {@link file://./embedded/multiplexer.ts}. `statement_timeout` and cancelling have no effect.
 *
 * @throws {DataDirLockedError} another living instance holds the folder
 *
 * @example
 * ```ts
 * await using embedded = await startEmbedded({ dataDir: '.viva' })
 * const db = createDb({ url: embedded.url })
 * ```
 */
export async function startEmbedded({
  dataDir,
  template,
  idleInTransactionTimeoutMs = 15_000,
}: StartEmbeddedOptions = {}): Promise<EmbeddedDatabase> {
  const folder = dataDir === undefined ? undefined : resolvePath(dataDir)
  const lock = folder === undefined ? undefined : await lockDataDir(folder)
  const password = randomBytes(18).toString('base64url')
  const workerData: WorkerSettings = { dataDirectory: folder, template, password, idleInTransactionTimeoutMs }
  const worker = new Worker(new URL('./embedded/worker.ts', import.meta.url), {
    workerData,
    // The engine reads none of the environment, and a test runner's flags are not meant for it.
    env: {},
    execArgv: [],
    name: 'embedded-postgres',
  })

  let failure: Error | undefined
  const ended = new Promise<Error | undefined>((resolve) => {
    worker.on('error', (error) => {
      failure ??= error instanceof Error ? error : new Error(String(error))
    })
    worker.on('message', (message: FromWorker) => {
      if (message.type === 'failed') failure = new Error(`The embedded database broke: ${message.reason}`)
    })
    worker.on('exit', (exitCode) => {
      if (exitCode !== 0) failure ??= new Error(`The embedded database ended with code ${exitCode}`)
      const finish = (): void => resolve(failure)
      if (lock === undefined) finish()
      else lock.release().then(finish, finish) // an unreleased lock counts as dead once this process ends
    })
  })

  /** Sends a request, and waits for its answer or the end of the worker. */
  async function answer<Type extends FromWorker['type']>(
    type: Type,
    request?: ToWorker,
  ): Promise<Extract<FromWorker, { type: Type }>> {
    return await new Promise((resolve, reject) => {
      const onMessage = (message: FromWorker): void => {
        if (!isType(message, type)) return
        worker.off('message', onMessage)
        resolve(message)
      }
      worker.on('message', onMessage)
      if (request !== undefined) worker.postMessage(request)
      void ended.then((error) => reject(error ?? new Error('The embedded database is closed')))
    })
  }

  const { port } = await answer('ready')
  let closing: Promise<void> | undefined

  async function close(): Promise<void> {
    worker.postMessage({ type: 'close' } satisfies ToWorker)
    const error = await ended
    if (error !== undefined) throw error
  }

  const embedded: EmbeddedDatabase = {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    dataDir: folder,
    ended,
    async dump(file) {
      await answer('dumped', { type: 'dump', file })
    },
    close() {
      closing ??= close()
      return closing
    },
    [Symbol.asyncDispose]: () => embedded.close(),
  }
  return embedded
}

function isType<Type extends FromWorker['type']>(
  message: FromWorker,
  type: Type,
): message is Extract<FromWorker, { type: Type }> {
  return message.type === type
}
