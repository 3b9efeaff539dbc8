import { type AiProvider, AiProviderError, type AiRequest } from '../../core/ports/ai.ts'
import { untilAborted } from './abort.ts'
import { MAX_OUTPUT_LENGTH, ReceivedText } from './received-text.ts'
import { estimateInputTokens, estimateTokens, type TokenCount } from './tokens.ts'

/** Why a call gave no whole answer. */
export interface CallFailure {
  message: string
  /** Whether the same provider may do better in a moment. */
  retryable: boolean
  retryAfterMs: number | null
}

/** What came of a call. Tokens are counted in any case: a stream that broke was charged too. */
export interface CallResult {
  text: string
  tokens: TokenCount
  failure: CallFailure | null
}

/**
 * Calls a provider once. Never takes longer than `timeoutMs`, whatever the adapter does, and never throws: a provider
 * that fails is an answer, too. An abort from outside is a failure like any other; the caller knows its own signal.
 */
export async function callProvider(
  provider: AiProvider,
  request: Omit<AiRequest, 'signal'>,
  options: { timeoutMs: number; signal: AbortSignal; onText(text: string): void },
): Promise<CallResult> {
  const received = new ReceivedText()
  let reported: TokenCount | null = null
  let failure: CallFailure | null = null
  const timeout = AbortSignal.timeout(options.timeoutMs)
  const tooMuch = new AbortController()
  const signal = AbortSignal.any([options.signal, timeout, tooMuch.signal])
  try {
    const chunks = provider.stream({ ...request, signal })[Symbol.asyncIterator]()
    try {
      for (;;) {
        const { value, done } = await untilAborted(chunks.next(), signal)
        if (done) break
        if (value.type === 'usage') {
          reported = { inputTokens: value.inputTokens, outputTokens: value.outputTokens }
          continue
        }
        received.push(value.text)
        if (received.text.length > MAX_OUTPUT_LENGTH) {
          tooMuch.abort()
          throw new AiProviderError('the answer was too long', { retryable: false })
        }
        options.onText(received.text)
      }
    } finally {
      // Not awaited: an adapter that does not end must not hold the run.
      Promise.resolve(chunks.return?.()).catch(ignore)
    }
  } catch (error) {
    failure = describe(error, timeout, options.timeoutMs)
  }
  received.end()
  options.onText(received.text)
  return {
    text: received.text,
    tokens: sane(reported) ?? {
      inputTokens: estimateInputTokens(request),
      outputTokens: estimateTokens(received.text),
    },
    failure,
  }
}

function describe(error: unknown, timeout: AbortSignal, timeoutMs: number): CallFailure {
  if (timeout.aborted) {
    // Not tried again with the same provider: whoever waits has waited long enough for it.
    return { message: `no whole answer within ${timeoutMs} ms`, retryable: false, retryAfterMs: null }
  }
  if (error instanceof AiProviderError) {
    return { message: error.message, retryable: error.retryable, retryAfterMs: error.retryAfterMs }
  }
  // A fault of the adapter. Its message might quote a request, and a request has a key in it.
  const name = error instanceof Error ? error.name : typeof error
  return { message: `unexpected ${name} in the adapter`, retryable: false, retryAfterMs: null }
}

/** What a server reports is data from outside, and it goes into sums. */
function sane(tokens: TokenCount | null): TokenCount | null {
  const plausible = (count: number) => Number.isSafeInteger(count) && count >= 0 && count < 1e9
  return tokens && plausible(tokens.inputTokens) && plausible(tokens.outputTokens) ? tokens : null
}

function ignore(): void {
  // The call is over, however its iterator ends.
}
