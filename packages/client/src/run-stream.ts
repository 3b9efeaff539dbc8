import type { RunChunk, RunOutcome, RunStatus } from '@viva/api/contract'
import type { Channel } from './channel.ts'
import type { VivaError } from './errors.ts'
import { createListeners } from './listeners.ts'
import { pullIterator } from './pull-iterator.ts'

/** A question while it is being written. */
export interface RunProgress {
  runId: string
  /** Everything written so far. A try that failed starts anew, so it may become shorter. */
  text: string
  status: RunStatus
  outcome: RunOutcome | null
}

/** Follows an AI run until it is over. Words that come while nobody asks are joined, so a slow reader misses none. */
export function streamRun(options: {
  channel: Channel
  sessionId: string
  runId: string
  signal?: AbortSignal | undefined
  report: (error: unknown) => void
}): AsyncIterableIterator<RunProgress, undefined> {
  const { channel, sessionId, runId, signal, report } = options
  return pullIterator(() => {
    const changes = createListeners<void>(report)
    let text = ''
    let news: RunProgress | null = null
    let failure: VivaError | null = null
    let isOver = false
    const stop = channel.follow({
      path: 'ai.stream',
      input: { sessionId, runId },
      cursor: null,
      onData(data) {
        // The router's type says so; see `VivaApi`.
        const { delta, offset, status, outcome } = data as RunChunk
        text = text.slice(0, offset) + delta
        news = { runId, text, status, outcome }
        isOver = status === 'finished'
        changes.tell()
        return isOver
      },
      onEnd(error) {
        isOver = true
        failure = error
        changes.tell()
      },
    })
    return {
      take() {
        if (news === null) return null
        const value = news
        news = null
        return { value }
      },
      isOver() {
        if (failure) throw failure
        return isOver
      },
      onChange: (listener) => changes.add(listener),
      release() {
        stop()
        changes.clear()
      },
    }
  }, signal)
}
