import type { CandidateSession, SessionEventType } from '@viva/api/contract'
import type { AnyVivaError } from '../errors.ts'
import { retryAfter } from '../outbox.ts'
import type { SessionHandle } from '../session.ts'
import { backoff, createSleeper } from '../timing.ts'
import { knownError } from './known-error.ts'
import { createSource, oncePer, type Source, useSource } from './source.ts'

/** A session as its candidate's screen shows it. */
export interface SessionState {
  /** The session as the server last described it; null until it has. */
  readonly state: CandidateSession | null
  /** Why it could not be read lately. Where the error is `retryable`, that goes on by itself. */
  readonly error: AnyVivaError | null
  /** Reads it again now. */
  readonly refresh: () => void
}

/**
 * Where a session stands: read at once, and again after each event that changes it, on this device or elsewhere. Calls of
 * the handle such as `start()` show without delay.
 *
 * @example
 * const { state, error, refresh } = useSessionState(session)
 * if (state === null) return error ? <Failed error={error} onRetry={refresh} /> : <Loading />
 * return state.state === 'active' ? <Room /> : <Precheck />
 */
export function useSessionState(session: SessionHandle): SessionState {
  return useSource(stateOf(session))
}

/** What changes a session as its candidate sees it. */
const CHANGES: ReadonlySet<SessionEventType> = new Set([
  'session.claimed',
  'session.prechecked',
  'session.transitioned',
  'question.asked',
  'answer.received',
])

const stateOf = oncePer((session: SessionHandle): Source<SessionState> => {
  let error: AnyVivaError | null = null
  let readAgain = (): void => undefined
  const refresh = () => readAgain()

  return createSource<SessionState>(
    (previous) =>
      previous && previous.state === session.latest && previous.error === error
        ? previous
        : { state: session.latest, error, refresh },
    (changed) => {
      const reader = startReading(session, (next) => {
        error = next
        changed()
      })
      readAgain = reader.read
      const offs = [
        session.onLatest(changed),
        session.on('*', ({ type }) => {
          if (CHANGES.has(type)) reader.read()
        }),
        // The network is back, or the user has signed in again.
        session.onConnection((status) => {
          if (status === 'open' && error !== null) reader.read()
        }),
        reader.stop,
      ]
      return () => {
        readAgain = () => undefined
        for (const off of offs) off()
      }
    },
  )
})

/** Reads the session now and whenever it is told to, one call at a time, and goes on trying while that may help. */
function startReading(
  session: SessionHandle,
  settled: (error: AnyVivaError | null) => void,
): { read: () => void; stop: () => void } {
  const stopping = new AbortController()
  const { signal } = stopping
  const sleeper = createSleeper()
  let isDue = false
  let isReading = false

  async function readWhileDue(): Promise<void> {
    let attempt = 0
    while (isDue && !signal.aborted) {
      // Before the call: what changes while it is under way may be missing in its answer.
      isDue = false
      const error = await session.current({ signal }).then(() => null, knownError)
      if (signal.aborted) return
      settled(error)
      if (!error?.retryable) {
        attempt = 0
        continue
      }
      isDue = true
      await sleeper.sleep(retryAfter(error) ?? backoff(attempt))
      attempt += 1
    }
  }

  function read(): void {
    isDue = true
    sleeper.wake()
    if (isReading) return
    isReading = true
    void readWhileDue().finally(() => {
      isReading = false
    })
  }

  read()
  return {
    read,
    stop() {
      stopping.abort()
      sleeper.wake()
    },
  }
}
