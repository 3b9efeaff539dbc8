import type {
  AnswerReceipt,
  CandidateSession,
  JsonObject,
  MediaKind,
  MediaObject,
  Question,
  Sensor,
  SessionSummary,
  SignalKind,
} from '@viva/api/contract'
import type { CallOptions } from './api-types.ts'
import type { EventFeed } from './event-feed.ts'
import type { RunProgress } from './run-stream.ts'
import type { AnswerEntry, Rejected } from './session-entries.ts'
import type { UploadBody, UploadOptions } from './upload.ts'

/** An answer to a question. */
export interface Answer {
  questionId: string
  text: string
  /** A recording that belongs to it; see `upload`. */
  mediaId?: string | undefined
}

/**
 * One session, as its candidate's application sees it. Tokens, retries, idempotency and reconnection happen inside. Get
 * one from `viva.claim`, `viva.createOpen` or `viva.session`, and `close()` it when the page is done with it.
 *
 * @example
 * const session = await viva.claim({ token, name: 'Ada' })
 * await session.precheck({ consents: { browser: true } })
 * await session.start()
 * for (let question = await session.nextQuestion(); question; question = await session.nextQuestion()) {
 *   await session.answer({ questionId: question.id, text: await ask(question.text) })
 * }
 * await session.finalize()
 */
export interface SessionHandle extends EventFeed {
  readonly id: string
  /** The session as the server last described it to this handle; null until it has. */
  readonly latest: CandidateSession | null
  /**
   * Calls back whenever `latest` changes.
   *
   * @returns takes the listener away
   */
  onLatest(listener: (session: CandidateSession) => void): () => void

  /** Where the session stands: all that is needed to go on after a reload. */
  current(options?: CallOptions): Promise<CandidateSession>
  /**
   * Records the candidate's decision on each sensor, and facts about the device. May be repeated until the start.
   *
   * @throws INVALID_INPUT naming each required sensor that was declined; INVALID_STATE
   */
  precheck(
    decision: { consents: Partial<Record<Sensor, boolean>>; device?: JsonObject | undefined },
    options?: CallOptions,
  ): Promise<CandidateSession>
  /** Starts the clock. @throws INVALID_STATE before the precheck, or where it has ended */
  start(options?: CallOptions): Promise<CandidateSession>
  /**
   * The next question, or null once the plan is through. Where the AI writes it, this waits for it. While a question is
   * unanswered and its time runs, the same one comes again; an answer that waits to be sent, also one from before a reload,
   * is sent first, so that offline this waits until the connection is back.
   *
   * @param options.onText called with all of the text so far while the AI writes
   * @throws INVALID_STATE where the session is not active, or ends meanwhile
   */
  nextQuestion(
    options?: CallOptions & { onText?: ((text: string) => void) | undefined },
  ): Promise<Question | null>
  /**
   * The AI's writing of a question, such as `latest.pendingRunId` after a reload. Ends when the run does.
   *
   * @example
   * for await (const { text } of session.streamRun(runId)) show(text)
   */
  streamRun(runId: string, options?: CallOptions): AsyncIterableIterator<RunProgress, undefined>
  /**
   * Stores an answer, at once on this device and then on the server: as often as it takes, also after a reload, where
   * the storage survives one. Resolves once the server has it, which offline may take long: do not wait for it to let
   * the candidate go on.
   *
   * @throws what the server refuses for good: NOT_FOUND, INVALID_STATE, INVALID_INPUT; see `rejected`
   */
  answer(answer: Answer): Promise<AnswerReceipt>
  /**
   * Reports an observation. Sent in batches, at least each second, and kept like answers are.
   *
   * @returns once it is stored on this device
   */
  signal(kind: SignalKind, details?: JsonObject): Promise<void>
  /**
   * Uploads a recording or a file. A broken connection is retried, except for a stream, which can be read once.
   *
   * @throws CONSENT_REQUIRED where the candidate declined the sensor; PAYLOAD_TOO_LARGE, MEDIA_TYPE_MISMATCH,
   *   UPLOAD_INCOMPLETE, INVALID_INPUT, INVALID_STATE
   * @example
   * const { id: mediaId } = await session.upload('video', recording, { onProgress: ({ sentBytes }) => show(sentBytes) })
   */
  upload(kind: MediaKind, body: UploadBody, options?: UploadOptions): Promise<MediaObject>
  /** Hands the interview in, after all that waits was sent. Sealed for good. @throws INVALID_STATE */
  finalize(options?: CallOptions): Promise<SessionSummary>
  /** Gives the interview up; what was said so far is kept. @param options.note why, if the candidate wants to say */
  withdraw(options?: CallOptions & { note?: string | undefined }): Promise<SessionSummary>
  /** What the session came to; also readable after its end. */
  summary(options?: CallOptions): Promise<SessionSummary>

  /** How many answers and signals are not on the server yet. */
  readonly pending: number
  /** @returns takes the listener away */
  onPending(listener: (pending: number) => void): () => void
  /** The answers that are not on the server yet, oldest first: to show them after a reload. */
  pendingAnswers(): Promise<readonly AnswerEntry[]>
  /** Sends all that waits, and resolves once it is there. Waits while offline; `signal` gives up. */
  flush(options?: CallOptions): Promise<void>
  /** What the server refused for good, kept on this device until `clearRejected`. */
  readonly rejected: readonly Rejected[]
  clearRejected(): Promise<void>

  /** Ends streams, timers and listeners. What waits stays stored, and goes out with the next handle. */
  close(): void
}
