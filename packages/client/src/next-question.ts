import type { CandidateSession, NextQuestion, Question, SessionEvent } from '@viva/api/contract'
import { isTerminal } from '@viva/api/contract'
import { isVivaError, VivaError } from './errors.ts'
import type { EventFeed } from './event-feed.ts'
import type { RunProgress } from './run-stream.ts'

/** How often the session is looked at while its event stream says nothing, in ms. */
const LOOK_MS = 5000

/** What waiting for a question needs. */
interface Waiting {
  ask: () => Promise<NextQuestion>
  current: () => Promise<CandidateSession>
  feed: Pick<EventFeed, 'events'>
  streamRun: (runId: string, signal: AbortSignal) => AsyncIterable<RunProgress>
  onText?: ((text: string) => void) | undefined
  /** Give the waiting up: the caller's, and the handle's own. */
  signals: readonly AbortSignal[]
  report: (error: unknown) => void
}

/** Asks for the next question, and waits for one that is being written. */
export async function nextQuestion(waiting: Waiting): Promise<Question | null> {
  for (;;) {
    const next = await waiting.ask()
    if (next.kind === 'asked') return next.question
    if (next.kind === 'done') return null
    const question = await writtenBy(next.runId, waiting)
    if (question) return question
  }
}

/** The question of a run, once it is asked; null where the run is over and it is time to ask again. */
async function writtenBy(runId: string, waiting: Waiting): Promise<Question | null> {
  const { current, feed, streamRun, signals, report } = waiting
  const done = new AbortController()
  const abort = () => done.abort()
  for (const signal of signals) {
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
  }
  let told: string | null = null
  const tell = (text: string) => {
    if (text !== told) waiting.onText?.(text)
    told = text
  }
  if (waiting.onText) {
    void (async () => {
      for await (const { text } of streamRun(runId, done.signal)) tell(text)
    })().catch((error: unknown) => {
      // The words are a courtesy; the question itself comes on the event stream.
      if (!done.signal.aborted) report(error)
    })
  }
  try {
    const question = await Promise.race([
      fromEvents(feed, runId, done.signal),
      fromLooking(current, runId, done.signal),
      whenAborted(done.signal),
    ])
    // Its last words may still be on their way.
    if (question) tell(question.text)
    return question
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', abort)
    done.abort()
  }
}

async function fromEvents(
  feed: Pick<EventFeed, 'events'>,
  runId: string,
  signal: AbortSignal,
): Promise<Question | null> {
  for await (const event of feed.events({ signal })) {
    const question = questionOf(event, runId)
    if (question) return question
    if (event.type === 'session.transitioned' && event.payload && isTerminal(event.payload.to)) {
      throw ended(event.payload.to)
    }
  }
  return forever()
}

/** The event stream may be down for long, and the session's row knows, too. */
async function fromLooking(
  current: () => Promise<CandidateSession>,
  runId: string,
  signal: AbortSignal,
): Promise<Question | null> {
  for (;;) {
    await pause(LOOK_MS, signal)
    if (signal.aborted) return forever()
    const session = await current().catch((error: unknown) => {
      // Offline is no reason to stop waiting.
      if (isVivaError(error) && error.retryable) return null
      throw error
    })
    if (!session) continue
    if (isTerminal(session.state)) throw ended(session.state)
    if (session.pendingRunId !== runId) return null
  }
}

function questionOf(event: SessionEvent, runId: string): Question | null {
  if (event.type !== 'question.asked' || event.payload?.runId !== runId) return null
  const { questionId: id, position, text, planId, followUpOf, deadlineAt } = event.payload
  return { id, position, text, planId, followUpOf, askedAt: event.at, deadlineAt, answered: false }
}

function ended(state: CandidateSession['state']): VivaError<'INVALID_STATE'> {
  return new VivaError('INVALID_STATE', 'The session is over.', { state, allowed: [] })
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    if (signal.aborted) end()
    else signal.addEventListener('abort', end)
  })
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = () => reject(new VivaError('ABORTED', 'The call was given up.', {}))
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
}

/** Leaves the decision to the others of a race. */
function forever(): Promise<never> {
  return new Promise(() => undefined)
}
