import {
  type Content,
  type GenerateContentResponse,
  type GenerationConfig,
  GoogleGenerativeAI,
  GoogleGenerativeAIFetchError,
  type ResponseSchema,
  SchemaType,
} from '@google/generative-ai'
import { type AiChunk, type AiMessage, type AiProvider, AiProviderError, type AiRequest } from '@viva/api'
import { fitForRecord, passes } from './ai-provider-text.ts'

/** What such a provider is made of. */
export interface GeminiSettings {
  apiKey: string
  model: string
  price: AiProvider['price']
  /** Google's own where absent; for tests and proxies. */
  baseUrl?: string
}

/**
 * A Gemini model, streamed. Retries are the caller's; errors carry no key, no address and no cause.
 *
 * @see https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent
 */
export function createGeminiProvider(settings: GeminiSettings): AiProvider {
  const { apiKey, model, price, baseUrl } = settings
  const client = new GoogleGenerativeAI(apiKey)
  // Thinking is charged and taken from the limit of tokens. It is switched off, unless the model refuses that.
  let thinks = false

  async function open(request: AiRequest): Promise<AsyncIterable<GenerateContentResponse>> {
    // The library only listens for an abort that is still to come.
    request.signal.throwIfAborted()
    const instructions = request.messages.filter(({ role }) => role === 'system')
    const systemInstruction = instructions.map(({ content }) => content).join('\n\n')
    const generative = client.getGenerativeModel(
      { model, ...(systemInstruction === '' ? {} : { systemInstruction }) },
      baseUrl === undefined ? {} : { baseUrl },
    )
    const contents = toContents(request.messages)
    const call = () =>
      generative.generateContentStream(
        { contents, generationConfig: toConfig(request, thinks) },
        { signal: request.signal },
      )
    const { stream, response } = await call().catch((error: unknown) => {
      if (thinks || !refusesThinkingConfig(error)) throw error
      thinks = true
      return call()
    })
    // A second view of the same answer: it fails together with the stream, where nobody would hear it.
    response.catch(ignore)
    return stream
  }

  return {
    name: 'gemini',
    model,
    canScore: true,
    price,
    async *stream(request): AsyncGenerator<AiChunk, void, void> {
      let finish: string | null = null
      try {
        for await (const chunk of await open(request)) {
          const blocked = chunk.promptFeedback?.blockReason
          if (blocked) {
            throw new AiProviderError(`gemini: the prompt was blocked (${fitForRecord(blocked, apiKey)})`, {
              retryable: false,
            })
          }
          const candidate = chunk.candidates?.[0]
          for (const part of candidate?.content?.parts ?? []) {
            if (part.text) yield { type: 'text', text: part.text }
          }
          finish = candidate?.finishReason ?? finish
          if (chunk.usageMetadata) yield toUsage(chunk.usageMetadata)
        }
      } catch (error) {
        throw toProviderError(error, apiKey)
      }
      if (finish === null) throw new AiProviderError('gemini: the answer broke off', { retryable: true })
      if (finish !== 'STOP') {
        throw new AiProviderError(`gemini: the answer ended with ${fitForRecord(finish, apiKey)}`, {
          retryable: false,
        })
      }
    },
  }
}

/** Gemini wants turns that alternate, and knows the assistant as the model. */
function toContents(messages: readonly AiMessage[]): Content[] {
  const contents: Content[] = []
  for (const { role, content } of messages) {
    if (role === 'system') continue
    const turn = role === 'assistant' ? 'model' : 'user'
    const last = contents.at(-1)
    if (last?.role === turn) last.parts.push({ text: content })
    else contents.push({ role: turn, parts: [{ text: content }] })
  }
  return contents
}

/** Room for thoughts where a model cannot be kept from thinking, in tokens. */
const THOUGHTS = 2048

function toConfig(
  { schema, maxOutputTokens, temperature }: AiRequest,
  thinks: boolean,
): GenerationConfig & { thinkingConfig?: { thinkingBudget: number } } {
  return {
    maxOutputTokens: thinks ? maxOutputTokens + THOUGHTS : maxOutputTokens,
    temperature,
    // Newer than the library, which passes on what it does not know.
    ...(thinks ? {} : { thinkingConfig: { thinkingBudget: 0 } }),
    ...(schema
      ? { responseMimeType: 'application/json', responseSchema: toResponseSchema(schema.schema) }
      : {}),
  }
}

function refusesThinkingConfig(error: unknown): boolean {
  return error instanceof GoogleGenerativeAIFetchError && error.status === 400 && /think/i.test(error.message)
}

/**
 * The part of a JSON Schema that Gemini knows: it refuses what it does not know, `additionalProperties` among it, and
 * takes enums of strings alone. What is lost here is still checked when the answer is validated.
 *
 * @see https://ai.google.dev/api/caching#Schema
 */
export function toResponseSchema(schema: Record<string, unknown>): ResponseSchema {
  const base = typeof schema['description'] === 'string' ? { description: schema['description'] } : {}
  switch (schema['type']) {
    case 'object':
      return {
        ...base,
        type: SchemaType.OBJECT,
        properties: Object.fromEntries(
          Object.entries(asRecord(schema['properties'])).map(([name, inner]) => [
            name,
            toResponseSchema(asRecord(inner)),
          ]),
        ),
        required: strings(schema['required']),
      }
    case 'array':
      return { ...base, type: SchemaType.ARRAY, items: toResponseSchema(asRecord(schema['items'])) }
    case 'integer':
      return { ...base, type: SchemaType.INTEGER }
    case 'number':
      return { ...base, type: SchemaType.NUMBER }
    case 'boolean':
      return { ...base, type: SchemaType.BOOLEAN }
    default: {
      const values = strings(schema['enum'])
      return values.length > 0
        ? { ...base, type: SchemaType.STRING, format: 'enum', enum: values }
        : { ...base, type: SchemaType.STRING }
    }
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

function toUsage(usage: { promptTokenCount?: number; totalTokenCount?: number }): AiChunk {
  const { promptTokenCount: inputTokens = 0, totalTokenCount = 0 } = usage
  // The total counts thinking as well, which is charged as output and which the count of candidates leaves out.
  return { type: 'usage', inputTokens, outputTokens: Math.max(0, totalTokenCount - inputTokens) }
}

function toProviderError(error: unknown, apiKey: string): AiProviderError {
  if (error instanceof AiProviderError) return error
  if (error instanceof GoogleGenerativeAIFetchError && error.status !== undefined) {
    const { status } = error
    // The library puts the address first; the service's own words follow the status in brackets.
    const words = status === 401 || status === 403 ? '' : error.message.replace(/^.*?\[\d{3} [^\]]*\]/s, '')
    return new AiProviderError(`gemini: answered ${status} ${fitForRecord(words, apiKey)}`.trim(), {
      retryable: passes(status),
      retryAfterMs: retryDelay(error.errorDetails),
    })
  }
  // No answer at all, or one that cannot be read or breaks off with an error.
  return new AiProviderError('gemini: the answer could not be read', { retryable: true })
}

/** The library hides the Retry-After header, but Google says the same in the error's details: `retryDelay: "17s"`. */
function retryDelay(details: readonly object[] | undefined): number | null {
  for (const detail of details ?? []) {
    if (!('retryDelay' in detail) || typeof detail.retryDelay !== 'string') continue
    const seconds = /^(\d+(?:\.\d+)?)s$/.exec(detail.retryDelay)?.[1]
    if (seconds !== undefined) return Number(seconds) * 1000
  }
  return null
}

function ignore(): void {
  // The stream itself has said it.
}
