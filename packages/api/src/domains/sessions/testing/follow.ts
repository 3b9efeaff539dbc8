import { TRPCClientError } from '@trpc/client'
import type { EventBatch, SessionEvent } from '../../../contract/index.ts'
import type { ApiClient, ApiSocket } from '../../../testing/index.ts'

interface Handlers {
  onData(item: { id: string; data: EventBatch }): void
  onError(error: unknown): void
}

/** A subscriber that keeps what it gets. */
export interface Follower extends Disposable {
  socket: ApiSocket
  events: SessionEvent[]
  batches: EventBatch[]
  /** The last cursor received. */
  cursor(): number
  /** Resolves once the cursor has reached `seq`. */
  seen(seq: number): Promise<void>
  first(): Promise<EventBatch>
  /** The code that the subscription fails with. */
  failed(): Promise<string>
}

/** Subscribes over a socket, which reconnects and resumes by itself, and closes it when disposed of. */
export function follow(
  socket: ApiSocket,
  subscribe: (api: ApiClient, handlers: Handlers) => { unsubscribe(): void },
): Follower {
  const events: SessionEvent[] = []
  const batches: EventBatch[] = []
  let cursor = 0
  let waiting: (() => void)[] = []
  const failure = Promise.withResolvers<string>()
  const subscription = subscribe(socket.api, {
    onData({ id, data }) {
      cursor = Number(id)
      batches.push(data)
      events.push(...data.events)
      const woken = waiting
      waiting = []
      for (const wake of woken) wake()
    },
    onError(error) {
      const data: unknown = error instanceof TRPCClientError ? error.data : null
      const app = typeof data === 'object' && data !== null && 'app' in data ? data.app : null
      const code = typeof app === 'object' && app !== null && 'code' in app ? String(app.code) : String(error)
      failure.resolve(code)
    },
  })
  const next = () => new Promise<void>((resolve) => waiting.push(resolve))
  return {
    socket,
    events,
    batches,
    cursor: () => cursor,
    async seen(seq) {
      while (cursor < seq) await next()
    },
    async first() {
      for (;;) {
        const [batch] = batches
        if (batch) return batch
        await next()
      }
    },
    failed: () => failure.promise,
    [Symbol.dispose]() {
      subscription.unsubscribe()
      socket.close()
    },
  }
}
