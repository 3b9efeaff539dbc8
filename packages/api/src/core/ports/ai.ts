/** A message of a prompt. The candidate's text goes only into `user` messages, as delimited data. */
export interface AiMessage {
  role: 'system' | 'user' | 'assistant'
  content: string
}

export interface AiRequest {
  messages: readonly AiMessage[]
  /** JSON Schema of the answer; absent for plain text. */
  schema?: { name: string; schema: Record<string, unknown> } | undefined
  maxOutputTokens: number
  /** 0 to 1. */
  temperature: number
  signal: AbortSignal
  /**
   * What the work is, for the scripted provider, which has no model to read a prompt with. Real providers must
   * not look at it.
   */
  task: AiTask
}

/** What is asked for, as plain facts. */
export type AiTask =
  | { purpose: 'question'; topic: string; difficulty: 'easy' | 'medium' | 'hard'; position: number }
  | { purpose: 'follow_up'; question: string; answer: string; position: number }
  | { purpose: 'scoring'; criterionIds: readonly string[] }
  | { purpose: 'summary' }

export type AiChunk =
  | { type: 'text'; text: string }
  | { type: 'usage'; inputTokens: number; outputTokens: number }

/** Why a call failed, and whether another try may help. Never carries a key. */
export class AiProviderError extends Error {
  override readonly name = 'AiProviderError'
  readonly retryable: boolean
  /** How long the service asked to be left alone, in ms; null where it did not say. */
  readonly retryAfterMs: number | null
  constructor(
    message: string,
    options: { retryable: boolean; retryAfterMs?: number | null; cause?: unknown },
  ) {
    super(message, { cause: options.cause })
    this.retryable = options.retryable
    this.retryAfterMs = options.retryAfterMs ?? null
  }
}

/** One AI service with one model. */
export interface AiProvider {
  readonly name: string
  readonly model: string
  /** False for `scripted`: a report then says "not scored" and never invents a score. */
  readonly canScore: boolean
  /** Millionths of a US dollar for a million tokens; null where the price is not known. */
  readonly price: { inputPerMillion: number; outputPerMillion: number } | null
  /** Streams the answer. Throws AiProviderError; any other error is a fault of the adapter. */
  stream(request: AiRequest): AsyncIterable<AiChunk>
}
