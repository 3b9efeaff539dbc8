import type { AiChunk, AiProvider, AiRequest } from '@viva/api'
import { AiProviderError } from '@viva/api'

/** Calls a provider as the server does, with a plain prompt. */
export async function callProvider(
  provider: AiProvider,
  request: Partial<AiRequest> = {},
): Promise<{ text: string; chunks: AiChunk[]; error: AiProviderError | null }> {
  const chunks: AiChunk[] = []
  let error: AiProviderError | null = null
  try {
    for await (const chunk of provider.stream({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Say hello.' },
      ],
      maxOutputTokens: 50,
      temperature: 0.5,
      signal: new AbortController().signal,
      task: { purpose: 'summary' },
      ...request,
    })) {
      chunks.push(chunk)
    }
  } catch (caught) {
    if (!(caught instanceof AiProviderError)) throw caught
    error = caught
  }
  const text = chunks.map((chunk) => (chunk.type === 'text' ? chunk.text : '')).join('')
  return { text, chunks, error }
}

/** Everything that an error could bring into a log: message, stack, properties, and what it was caused by. */
export function everythingOf(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error) ?? ''
  const own = JSON.stringify(Object.fromEntries(Object.entries(error)))
  return `${error.message} ${error.stack} ${own} ${error.cause === undefined ? '' : everythingOf(error.cause)}`
}
