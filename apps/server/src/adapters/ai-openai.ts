import { type AiChunk, type AiProvider, AiProviderError, type AiRequest } from '@viva/api'
import OpenAI, { APIConnectionError, APIError } from 'openai'
import type {
  ChatCompletionChunk,
  ChatCompletionCreateParamsStreaming,
} from 'openai/resources/chat/completions'
import { fitForRecord, passes, retryAfterMs } from './ai-provider-text.ts'

/** What such a provider is made of. */
export interface OpenAiSettings {
  /** Any text where the server asks for no key, as Ollama. */
  apiKey: string
  /** OpenAI's own where null. Groq, Ollama, vLLM and many others speak the same protocol. */
  baseUrl: string | null
  model: string
  price: AiProvider['price']
}

/** Room for thoughts, in tokens: models that think refuse a temperature, and count thoughts among the tokens limited. */
const THOUGHTS = 2048

/**
 * Wishes that some server or model refuses. What was refused once is not asked for again; each goes with a weaker form:
 * a schema becomes a description, the limit of tokens its other name, temperature and usage are left out.
 */
type Refused = 'schema' | 'jsonMode' | 'maxTokensName' | 'temperature' | 'usage'

/**
 * A model behind OpenAI's chat completions, streamed. Retries are the caller's, so the library makes none, and it logs
 * nothing; errors carry no key, no address and no cause.
 *
 * @see https://platform.openai.com/docs/api-reference/chat-streaming
 */
export function createOpenAiProvider(settings: OpenAiSettings): AiProvider {
  const { apiKey, baseUrl, model, price } = settings
  const client = new OpenAI({
    apiKey,
    baseURL: baseUrl ?? 'https://api.openai.com/v1',
    // Null, so that the library does not look for them in the environment.
    organization: null,
    project: null,
    maxRetries: 0,
    logLevel: 'off',
  })
  const refused = new Set<Refused>()

  async function open(request: AiRequest): Promise<AsyncIterable<ChatCompletionChunk>> {
    for (;;) {
      try {
        return await client.chat.completions.create(toBody(request, model, baseUrl === null, refused), {
          signal: request.signal,
        })
      } catch (error) {
        const wish = refusedWish(error, request, refused)
        if (wish === null) throw toProviderError(error, apiKey)
        refused.add(wish)
      }
    }
  }

  return {
    name: 'openai',
    model,
    canScore: true,
    price,
    async *stream(request): AsyncGenerator<AiChunk, void, void> {
      let finish: string | null = null
      try {
        for await (const chunk of await open(request)) {
          const choice = chunk.choices?.[0]
          if (choice?.delta?.refusal) {
            throw new AiProviderError('openai: the model refused', { retryable: false })
          }
          if (choice?.delta?.content) yield { type: 'text', text: choice.delta.content }
          finish = choice?.finish_reason ?? finish
          if (chunk.usage) {
            const { prompt_tokens: inputTokens, completion_tokens: outputTokens } = chunk.usage
            yield { type: 'usage', inputTokens, outputTokens }
          }
        }
      } catch (error) {
        throw toProviderError(error, apiKey)
      }
      // A connection that just ends looks like a stream that is complete, but for this.
      if (finish === null) throw new AiProviderError('openai: the answer broke off', { retryable: true })
      if (finish !== 'stop') {
        throw new AiProviderError(`openai: the answer ended with ${fitForRecord(finish, apiKey)}`, {
          retryable: false,
        })
      }
    },
  }
}

function toBody(
  request: AiRequest,
  model: string,
  isOpenAi: boolean,
  refused: ReadonlySet<Refused>,
): ChatCompletionCreateParamsStreaming {
  const { schema, maxOutputTokens, temperature } = request
  const body: ChatCompletionCreateParamsStreaming = {
    model,
    stream: true,
    messages: request.messages.map(({ role, content }) => ({ role, content })),
  }
  const limit = refused.has('temperature') ? maxOutputTokens + THOUGHTS : maxOutputTokens
  // OpenAI has renamed it, most others know only the old name.
  if (isOpenAi !== refused.has('maxTokensName')) body.max_completion_tokens = limit
  else body.max_tokens = limit
  if (!refused.has('temperature')) body.temperature = temperature
  if (!refused.has('usage')) body.stream_options = { include_usage: true }
  if (schema && !refused.has('schema')) {
    body.response_format = { type: 'json_schema', json_schema: { ...schema, strict: true } }
  } else if (schema) {
    if (!refused.has('jsonMode')) body.response_format = { type: 'json_object' }
    body.messages.unshift({
      role: 'system',
      content: `Reply with one JSON object and nothing else. Its JSON Schema:\n${JSON.stringify(schema.schema)}`,
    })
  }
  return body
}

/** The wish that a 400 is about, if it is one that can be given up and was not yet. */
function refusedWish(error: unknown, request: AiRequest, refused: ReadonlySet<Refused>): Refused | null {
  if (!(error instanceof APIError) || (error.status !== 400 && error.status !== 422)) return null
  const about = `${error.param ?? ''} ${error.message}`.toLowerCase()
  const candidates: [Refused, boolean][] = [
    ['usage', /stream_options|include_usage/.test(about)],
    ['maxTokensName', /max_(?:completion_)?tokens/.test(about)],
    ['temperature', /temperature/.test(about)],
    ['schema', request.schema !== undefined && /response_format|json_schema|schema/.test(about)],
    ['jsonMode', request.schema !== undefined && refused.has('schema') && /response_format|json/.test(about)],
  ]
  return candidates.find(([wish, isMeant]) => isMeant && !refused.has(wish))?.[0] ?? null
}

function toProviderError(error: unknown, apiKey: string): AiProviderError {
  if (error instanceof AiProviderError) return error
  if (error instanceof APIConnectionError) {
    return new AiProviderError('openai: the connection failed', { retryable: true })
  }
  if (error instanceof APIError) {
    const { status, headers } = error
    if (status === undefined) {
      return new AiProviderError(`openai: error within the stream: ${fitForRecord(error.message, apiKey)}`, {
        retryable: true,
      })
    }
    // Services quote a part of the key when they refuse it.
    const words = status === 401 || status === 403 ? '' : `: ${fitForRecord(error.message, apiKey)}`
    return new AiProviderError(`openai: answered ${status}${words}`, {
      retryable: passes(status),
      retryAfterMs: retryAfterMs(headers?.get('retry-after'), Date.now()),
    })
  }
  // What cannot be parsed, and connections that end with an error in the middle.
  return new AiProviderError('openai: the answer could not be read', { retryable: true })
}
