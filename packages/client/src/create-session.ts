import type {
  AnswerReceipt,
  CandidateSession,
  NextQuestion,
  SessionGrant,
  SessionSummary,
} from '@viva/api/contract'
import type { Call } from './call.ts'
import type { Channel } from './channel.ts'
import { createDeliveries } from './deliveries.ts'
import type { Environment } from './environment.ts'
import { isVivaError } from './errors.ts'
import { createEventFeed } from './event-feed.ts'
import type { Fetch } from './http.ts'
import { createListeners } from './listeners.ts'
import { nextQuestion } from './next-question.ts'
import { retryAfter } from './outbox.ts'
import { streamRun } from './run-stream.ts'
import type { SessionHandle } from './session.ts'
import { type AnswerEntry, newKey } from './session-entries.ts'
import type { Store } from './storage.ts'
import { createSleeper, deferred } from './timing.ts'
import { upload } from './upload.ts'

/** Tries of a call that the candidate waits for; the outbox tries for ever instead. */
const TRIES = 5

/** A handle with what `createViva` needs of it. */
export interface OwnedSession {
  handle: SessionHandle
  /** Takes what came with a grant. */
  adopt(grant: SessionGrant): void
  /** The user has signed in: what waits goes on. */
  resume(): void
}

/** What a handle is made of. */
export interface SessionParts {
  sessionId: string
  call: Call
  fetch: Fetch
  channel: Channel
  store: Store
  environment: Environment
  retryDelayMs: (attempt: number) => number
  report: (error: unknown) => void
  onClose: () => void
}

export function createSession(parts: SessionParts): OwnedSession {
  const { sessionId, call, channel, store, environment, retryDelayMs, report } = parts
  const feed = createEventFeed({ channel, path: 'sessions.events', input: { sessionId }, report })
  const pendingListeners = createListeners<number>(report)
  const latestListeners = createListeners<CandidateSession>(report)
  const sleeper = createSleeper()
  let latest: CandidateSession | null = null
  /** The number of the newest reading, and of the one that `latest` is from. */
  let turns = 0
  let latestTurn = 0
  const closing = new AbortController()

  /** @param turn that of a reading; a change has the newest, as its answer says what holds after it */
  function take(session: CandidateSession, turn = ++turns): CandidateSession {
    feed.setServerTime(session.serverTime)
    deliveries.setLastClientSeq(session.lastClientSeq)
    // An answer that was overtaken says what was before.
    if (turn < latestTurn) return session
    latestTurn = turn
    latest = session
    latestListeners.tell(session)
    return session
  }
  const pending = () => deliveries.answers.pending() + deliveries.signals.pending()
  const current = async (signal?: AbortSignal) => {
    const turn = ++turns
    return take(
      (await call('query', 'sessions.current', { sessionId }, { signal })) as CandidateSession,
      turn,
    )
  }
  const deliveries = createDeliveries({
    sessionId,
    store,
    call,
    current,
    retryDelayMs,
    changed: () => pendingListeners.tell(pending()),
    report,
  })

  /** A change that may be sent again: with one key, and as often as the network makes it necessary. */
  async function change<Result>(path: string, input: object, signal?: AbortSignal): Promise<Result> {
    const keyed = { sessionId, ...input }
    for (let attempt = 0; ; attempt += 1) {
      try {
        return (await call('mutation', path, keyed, { signal })) as Result
      } catch (error) {
        const mayRepeat = isVivaError(error, 'NETWORK', 'OVERLOADED', 'RATE_LIMITED')
        if (!mayRepeat || attempt + 1 >= TRIES || closing.signal.aborted) throw error
        await sleeper.sleep(retryAfter(error) ?? retryDelayMs(attempt), signal)
      }
    }
  }

  const sendAll = (keepalive = false) => {
    deliveries.answers.send(keepalive)
    deliveries.signals.send(keepalive)
  }
  const offs = [
    environment.onOnline(() => {
      sendAll()
      sleeper.wake()
    }),
    environment.onHide(() => sendAll(true)),
  ]
  const restored = deliveries.restore().catch(report)

  const handle: SessionHandle = {
    id: sessionId,
    get latest() {
      return latest
    },
    onLatest: (listener) => latestListeners.add(listener),
    current: ({ signal } = {}) => current(signal),
    async precheck(decision, { signal } = {}) {
      return take(await change('sessions.precheck', { ...decision, idempotencyKey: newKey() }, signal))
    },
    async start({ signal } = {}) {
      return take(await change('sessions.start', { idempotencyKey: newKey() }, signal))
    },
    async nextQuestion({ signal, onText } = {}) {
      await restored
      // What comes next depends on what was answered: until the server has it, it would ask the same again.
      await deliveries.answers.flush(signal)
      return nextQuestion({
        ask: () => change<NextQuestion>('sessions.nextQuestion', { idempotencyKey: newKey() }, signal),
        current: () => current(signal),
        feed,
        streamRun: (runId, until) => handle.streamRun(runId, { signal: until }),
        onText,
        signals: signal === undefined ? [closing.signal] : [closing.signal, signal],
        report,
      })
    },
    streamRun: (runId, { signal } = {}) => streamRun({ channel, sessionId, runId, signal, report }),
    answer({ questionId, text, mediaId }) {
      const entry: AnswerEntry = {
        id: newKey(),
        questionId,
        text,
        ...(mediaId === undefined ? {} : { mediaId }),
        clientTime: new Date().toISOString(),
      }
      const receipt = deferred<AnswerReceipt>()
      deliveries.answers
        .put(entry)
        .then((put) => put.receipt.then(receipt.resolve, receipt.reject), receipt.reject)
      // Whoever does not wait for it hears of a refusal from `onError` and `rejected`, not from a crash.
      receipt.promise.catch(() => undefined)
      return receipt.promise
    },
    signal(kind, details) {
      const clientTime = new Date().toISOString()
      const entry = { id: newKey(), clientSeq: null, clientTime, kind }
      const kept = deliveries.signals
        .put(details === undefined ? entry : { ...entry, details })
        .then(() => undefined)
      // Nobody has to wait for it: one that comes after the close must not end a process.
      kept.catch(() => undefined)
      return kept
    },
    upload: (kind, body, options = {}) =>
      upload({ call, fetch: parts.fetch, retryDelayMs, sessionId, kind, body, options }),
    async finalize({ signal } = {}) {
      await handle.flush({ signal })
      return change<SessionSummary>('sessions.finalize', { idempotencyKey: newKey() }, signal)
    },
    async withdraw({ signal, note } = {}) {
      await handle.flush({ signal })
      const input = { idempotencyKey: newKey(), ...(note === undefined ? {} : { note }) }
      return change<SessionSummary>('sessions.withdraw', input, signal)
    },
    summary: async ({ signal } = {}) =>
      (await call('query', 'sessions.summary', { sessionId }, { signal })) as SessionSummary,

    get pending() {
      return pending()
    },
    onPending: (listener) => pendingListeners.add(listener),
    pendingAnswers: () => deliveries.pendingAnswers(),
    async flush({ signal } = {}) {
      await restored
      await Promise.all([deliveries.answers.flush(signal), deliveries.signals.flush(signal)])
    },
    get rejected() {
      return deliveries.rejected()
    },
    clearRejected: () => deliveries.clearRejected(),

    get connection() {
      return feed.connection
    },
    onConnection: (listener) => feed.onConnection(listener),
    events: (options) => feed.events(options),
    on: feed.on,
    serverNow: () => feed.serverNow(),
    close() {
      if (closing.signal.aborted) return
      closing.abort()
      for (const off of offs) off()
      deliveries.close()
      feed.close()
      channel.close()
      sleeper.wake()
      pendingListeners.clear()
      latestListeners.clear()
      parts.onClose()
    },
  }

  return {
    handle,
    adopt: ({ session }) => void take(session),
    resume() {
      feed.resume()
      sendAll()
    },
  }
}
