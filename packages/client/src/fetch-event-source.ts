import type { Fetch } from './http.ts'
import { parseJson } from './http.ts'

/** What tRPC's subscription link needs of an EventSource. */
interface EventSourceLike {
  readonly CONNECTING: number
  readonly OPEN: number
  readonly CLOSED: number
  readyState: number
  addEventListener(type: string, listener: (event: object) => void): void
  removeEventListener(type: string, listener: (event: object) => void): void
  close(): void
}

/**
 * An EventSource over `fetch`. The browser's own can send no Authorization header, so that its token would have to
 * stand in the address, and addresses end up in logs; and Node has none. It never reconnects by itself.
 */
export function createFetchEventSource(
  fetch: Fetch,
): new (
  url: string,
  init?: { token: string | null },
) => EventSourceLike {
  return class implements EventSourceLike {
    readonly CONNECTING = 0
    readonly OPEN = 1
    readonly CLOSED = 2
    readyState = 0
    readonly #listeners = new Map<string, Set<(event: object) => void>>()
    readonly #abort = new AbortController()

    constructor(url: string, init?: { token: string | null }) {
      void this.#run(url, init?.token ?? null)
    }

    addEventListener(type: string, listener: (event: object) => void): void {
      const listeners = this.#listeners.get(type) ?? new Set()
      this.#listeners.set(type, listeners.add(listener))
    }

    removeEventListener(type: string, listener: (event: object) => void): void {
      this.#listeners.get(type)?.delete(listener)
    }

    close(): void {
      this.readyState = this.CLOSED
      this.#abort.abort()
    }

    async #run(url: string, token: string | null): Promise<void> {
      try {
        const headers: Record<string, string> = { accept: 'text/event-stream', 'x-viva-client': '1' }
        if (token !== null) headers['authorization'] = `Bearer ${token}`
        const response = await fetch(url, { headers, signal: this.#abort.signal, cache: 'no-store' })
        const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true
        if (response.ok && isStream && response.body) {
          this.readyState = this.OPEN
          for await (const event of readEvents(response.body)) this.#dispatch(event.type, event)
        } else {
          this.#refused(parseJson(await response.text()))
        }
      } catch {
        // Whatever it was, the connection is gone; the channel tries again.
      }
      if (this.readyState === this.CLOSED) return
      this.readyState = this.CLOSED
      this.#dispatch('error', new Error('the stream ended'))
    }

    /** An error that comes instead of a stream has the same shape as one within it. */
    #refused(body: unknown): void {
      const error: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'error') : null
      if (error) this.#dispatch('serialized-error', { data: JSON.stringify(error) })
    }

    #dispatch(type: string, event: object): void {
      if (this.#abort.signal.aborted) return
      for (const listener of [...(this.#listeners.get(type) ?? [])]) listener(event)
    }
  }
}

interface ServerEvent {
  type: string
  data: string
  lastEventId: string
}

/** Parses an event stream as the HTML standard says (9.2.6). */
async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent, void, void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  let lastEventId = ''
  let event = { type: '', data: [] as string[] }
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      // A carriage return at the end may be half of a line break.
      const text = rest + decoder.decode(value, { stream: true })
      const lines = text.split(/\r\n|\n|\r(?!$)/)
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (line === '') {
          if (event.data.length > 0) {
            yield { type: event.type || 'message', data: event.data.join('\n'), lastEventId }
          }
          event = { type: '', data: [] }
          continue
        }
        const at = line.indexOf(':')
        const name = at === -1 ? line : line.slice(0, at)
        const content = at === -1 ? '' : line.slice(at + 1).replace(/^ /, '')
        if (name === 'data') event.data.push(content)
        else if (name === 'event') event.type = content
        else if (name === 'id') lastEventId = content
      }
    }
  } finally {
    reader.releaseLock()
  }
}
