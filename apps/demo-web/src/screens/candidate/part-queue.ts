import { isVivaError, type MediaKind, type SessionHandle } from '@viva/client'

/** One part of a recording that is to be stored. */
export interface RecordedPart {
  kind: Extract<MediaKind, 'audio' | 'video' | 'screen'>
  questionId: string
  blob: Blob
}

/** How the sending of recordings stands. */
export interface QueueState {
  waiting: number
  stored: number
  /** The last try failed, and another one comes. */
  isRetrying: boolean
  /** What the server said to the last part that it will never take. */
  refusal: string | null
}

/** Sends the parts of recordings one after the other, as often as it takes, beside everything else. */
export interface PartQueue {
  add(part: RecordedPart): void
  /** Resolves once nothing waits. */
  sent(): Promise<void>
  state(): QueueState
  subscribe(listener: () => void): () => void
}

/** Wait after a failure, on top of the tries that the SDK makes, in ms. */
const AGAIN_MS = 5000

export function createPartQueue(session: SessionHandle): PartQueue {
  const parts: RecordedPart[] = []
  const listeners = new Set<() => void>()
  let state: QueueState = { waiting: 0, stored: 0, isRetrying: false, refusal: null }
  let isSending = false

  function become(change: Partial<QueueState>): void {
    state = { ...state, ...change, waiting: parts.length }
    for (const listener of listeners) listener()
  }

  async function sendAll(): Promise<void> {
    for (let [part] = parts; part; [part] = parts) {
      const { kind, blob, questionId } = part
      try {
        await session.upload(kind, blob, { questionId })
        parts.shift()
        become({ stored: state.stored + 1, isRetrying: false })
      } catch (error) {
        if (isVivaError(error) && !error.retryable && error.code !== 'UPLOAD_INCOMPLETE') {
          parts.shift()
          become({ isRetrying: false, refusal: error.message })
          continue
        }
        become({ isRetrying: true })
        await untilWorthTrying()
      }
    }
  }

  return {
    add(part) {
      parts.push(part)
      become({})
      if (isSending) return
      isSending = true
      void sendAll().finally(() => {
        isSending = false
      })
    },
    sent: () =>
      new Promise((resolve) => {
        const look = () => {
          if (parts.length > 0) return
          listeners.delete(look)
          resolve()
        }
        listeners.add(look)
        look()
      }),
    state: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

function untilWorthTrying(): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      removeEventListener('online', end)
      resolve()
    }
    const timer = setTimeout(end, AGAIN_MS)
    addEventListener('online', end)
  })
}
