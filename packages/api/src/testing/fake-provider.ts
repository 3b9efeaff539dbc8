import { type AiChunk, type AiProvider, AiProviderError, type AiRequest } from '../core/ports/ai.ts'

/** What a fake model does when it is called. */
export type FakeReply =
  /** Says the text, in pieces, and reports tokens unless told not to. */
  | { say: string | string[]; tokens?: { inputTokens: number; outputTokens: number } | null }
  /** Says something and then fails. */
  | { say?: string | string[]; fail: string; retryable: boolean; retryAfterMs?: number }
  /** Says something and then nothing more; with `deaf` not even an abort makes it end. */
  | { say?: string | string[]; hang: true; deaf?: boolean }
  /** Says something once `until` is settled. */
  | { say: string | string[]; until: Promise<unknown> }

/** A model that does as it is told, for tests: one reply for each call, the last one for all that follow. */
export interface FakeProvider extends AiProvider {
  /** Every request, in order. */
  readonly requests: AiRequest[]
}

/** Makes a fake model. A function as reply sees the request. */
export function createFakeProvider(
  replies: readonly (FakeReply | ((request: AiRequest) => FakeReply))[],
  options: { name?: string; price?: AiProvider['price'] } = {},
): FakeProvider {
  const requests: AiRequest[] = []
  return {
    name: options.name ?? 'fake',
    model: 'fake-1',
    canScore: true,
    price: options.price ?? null,
    requests,
    async *stream(request): AsyncGenerator<AiChunk, void, void> {
      const next = replies[Math.min(requests.length, replies.length - 1)]
      requests.push(request)
      const reply = typeof next === 'function' ? next(request) : next
      if (!reply) throw new Error('the fake provider was given nothing to say')
      if ('until' in reply) await reply.until
      for (const text of typeof reply.say === 'string' ? [reply.say] : (reply.say ?? [])) {
        yield { type: 'text', text }
      }
      if ('fail' in reply) {
        const { retryable, retryAfterMs = null } = reply
        throw new AiProviderError(reply.fail, { retryable, retryAfterMs })
      }
      if ('hang' in reply) {
        await new Promise<void>((resolve) => {
          if (!reply.deaf) request.signal.addEventListener('abort', () => resolve())
        })
        throw new AiProviderError('aborted', { retryable: false })
      }
      const tokens = 'tokens' in reply ? reply.tokens : { inputTokens: 10, outputTokens: 5 }
      if (tokens) yield { type: 'usage', ...tokens }
    },
  }
}
