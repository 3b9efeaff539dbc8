import type { AiProvider, AiRequest } from '../../core/ports/ai.ts'

/** Tokens of one call, or of several added up. */
export interface TokenCount {
  inputTokens: number
  outputTokens: number
}

/** Rules of thumb say four characters of English to a token; three bytes is more than most texts need. */
const BYTES_PER_TOKEN = 3
/** Role markers and the like around each message. */
const TOKENS_PER_MESSAGE = 8

/** Tokens of a text, guessed rather too high. For reservations, and where a provider does not tell. */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN)
}

/** Input tokens of a request, guessed rather too high. */
export function estimateInputTokens(request: Pick<AiRequest, 'messages' | 'schema'>): number {
  const schema = request.schema ? estimateTokens(JSON.stringify(request.schema)) : 0
  return request.messages.reduce(
    (sum, message) => sum + TOKENS_PER_MESSAGE + estimateTokens(message.content),
    schema,
  )
}

/** Millionths of a US dollar, rounded; null where the provider's price is not known. */
export function costOf(provider: Pick<AiProvider, 'price'>, tokens: TokenCount): number | null {
  if (!provider.price) return null
  const { inputPerMillion, outputPerMillion } = provider.price
  return Math.round(
    (tokens.inputTokens * inputPerMillion + tokens.outputTokens * outputPerMillion) / 1_000_000,
  )
}
