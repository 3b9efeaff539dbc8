import { describe, expect, test } from 'vitest'
import {
  cut,
  failure,
  garbage,
  hang,
  openAiChunks,
  openAiEnd,
  sse,
  startAiServer,
} from '../testing/ai-server.ts'
import { callProvider, everythingOf } from '../testing/call-provider.ts'
import { createOpenAiProvider } from './ai-openai.ts'

const KEY = 'sk-test-0123456789abcdef'
const openAi = (url: string) =>
  createOpenAiProvider({ apiKey: KEY, baseUrl: `${url}/v1`, model: 'test-model', price: null })
const schema = {
  name: 'scores',
  schema: { type: 'object', properties: {}, required: [], additionalProperties: false },
}
const hello = sse([...openAiChunks(['Hel', 'lo']), ...openAiEnd(9, 4)])

describe('the OpenAI protocol', () => {
  test('an answer streams piece by piece and ends with its tokens', async () => {
    await using server = await startAiServer(hello)
    const { chunks, error } = await callProvider(openAi(server.url))
    expect(error).toBeNull()
    expect(chunks).toEqual([
      { type: 'text', text: 'Hel' },
      { type: 'text', text: 'lo' },
      { type: 'usage', inputTokens: 9, outputTokens: 4 },
    ])
    const [request] = server.requests
    expect(request?.path).toBe('/v1/chat/completions')
    expect(request?.headers.authorization).toBe(`Bearer ${KEY}`)
    expect(request?.body).toEqual({
      model: 'test-model',
      stream: true,
      stream_options: { include_usage: true },
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Say hello.' },
      ],
      max_tokens: 50,
      temperature: 0.5,
    })
  })

  test('a schema is asked for strictly', async () => {
    await using server = await startAiServer(hello)
    await callProvider(openAi(server.url), { schema })
    expect(server.requests[0]?.body['response_format']).toEqual({
      type: 'json_schema',
      json_schema: { ...schema, strict: true },
    })
  })

  test('a server without schemas is asked for JSON, with the schema in words, and asked so from then on', async () => {
    const refusal = failure(400, {
      error: { message: "'response_format.type' must be 'json_object'", type: 'invalid_request_error' },
    })
    await using server = await startAiServer(refusal, hello)
    const provider = openAi(server.url)
    expect((await callProvider(provider, { schema })).text).toBe('Hello')
    await callProvider(provider, { schema })
    expect(server.requests).toHaveLength(3)
    for (const { body } of server.requests.slice(1)) {
      expect(body['response_format']).toEqual({ type: 'json_object' })
      expect(JSON.stringify(body['messages'])).toContain('JSON Schema')
    }
  })

  test('what a model refuses is given up: names of limits, temperature, usage', async () => {
    const refuse = (param: string) =>
      failure(400, {
        error: { message: `Unsupported parameter: '${param}'`, param, code: 'unsupported_parameter' },
      })
    await using server = await startAiServer(
      refuse('max_tokens'),
      refuse('temperature'),
      refuse('stream_options'),
      hello,
    )
    expect((await callProvider(openAi(server.url))).text).toBe('Hello')
    const body = server.requests.at(-1)?.body ?? {}
    expect(body).toHaveProperty('max_completion_tokens')
    for (const name of ['max_tokens', 'temperature', 'stream_options']) expect(body).not.toHaveProperty(name)
  })

  test('a refusal that goes on is an error, not a loop', async () => {
    await using server = await startAiServer(
      failure(400, { error: { message: 'temperature and json_schema are bad' } }),
    )
    const { error } = await callProvider(openAi(server.url), { schema })
    expect(error).toMatchObject({ retryable: false })
    expect(server.requests.length).toBeLessThan(6)
  })

  test('a limit is passed on with the time to wait, and the library itself does not try again', async () => {
    await using server = await startAiServer(
      failure(429, { error: { message: 'slow down' } }, { 'retry-after': '7' }),
    )
    const { error } = await callProvider(openAi(server.url))
    expect(error).toMatchObject({
      retryable: true,
      retryAfterMs: 7000,
      message: expect.stringContaining('429'),
    })
    expect(server.requests).toHaveLength(1)
  })

  test.each([
    [500, true],
    [503, true],
    [401, false],
    [404, false],
    [400, false],
  ])('status %i: worth another try is %s', async (status, retryable) => {
    await using server = await startAiServer(failure(status, { error: { message: 'no' } }))
    expect((await callProvider(openAi(server.url))).error).toMatchObject({ retryable })
    expect(server.requests).toHaveLength(1)
  })

  test('nobody at the address is worth another try', async () => {
    const server = await startAiServer(hello)
    await server[Symbol.asyncDispose]()
    expect((await callProvider(openAi(server.url))).error).toMatchObject({ retryable: true })
  })

  test.each([
    ['bytes that are no text', garbage(Uint8Array.from([0xff, 0xfe, 0x00, 0x80, 0x0a, 0x0a]))],
    ['events that are no JSON', sse(['{"choices": [', '[DONE]'])],
    ['a page of HTML', garbage(new TextEncoder().encode('<html>gateway</html>'))],
    ['nothing', garbage(new Uint8Array())],
    ['JSON of another shape', sse([{ hello: 1 }, '[DONE]'])],
    [
      'an error within the stream',
      sse([...openAiChunks(['Hel'], null), { error: { message: 'overloaded' } }]),
    ],
    ['a connection that breaks', sse(openAiChunks(['Hel'], null), cut)],
    ['a connection that just ends', sse(openAiChunks(['Hel'], null))],
  ])('%s is a failure that may pass', async (_name, answer) => {
    await using server = await startAiServer(answer)
    expect((await callProvider(openAi(server.url))).error).toMatchObject({ retryable: true })
  })

  test.each(['length', 'content_filter'])(
    'an answer that ends with %s is not taken for a whole one',
    async (finish) => {
      await using server = await startAiServer(sse([...openAiChunks(['Hel'], finish), ...openAiEnd(9, 4)]))
      const { error, chunks } = await callProvider(openAi(server.url))
      expect(error).toMatchObject({ retryable: false, message: expect.stringContaining(finish) })
      expect(chunks.at(-1)).toMatchObject({ type: 'usage' })
    },
  )

  test('an abort ends the call, before the answer and within it', async () => {
    await using server = await startAiServer(hang, sse(openAiChunks(['Hel'], null), hang))
    for (const _ of [1, 2]) {
      const { error } = await callProvider(openAi(server.url), { signal: AbortSignal.timeout(100) })
      expect(error).not.toBeNull()
    }
  })

  test('the key is in no error, also when the service repeats it', async () => {
    const leaks = [
      failure(401, { error: { message: `Incorrect API key provided: ${KEY.slice(0, 8)}***cdef` } }),
      failure(500, { error: { message: `failed for Bearer ${KEY}`, code: KEY } }),
      failure(400, `key=${KEY}`),
      sse([{ error: { message: `bad ${KEY}` } }]),
      garbage(new TextEncoder().encode(`data: {${KEY}\n\n`)),
    ]
    await using server = await startAiServer(...leaks)
    const provider = openAi(server.url)
    for (const _ of leaks) {
      const { error } = await callProvider(provider)
      expect(error).not.toBeNull()
      expect(everythingOf(error)).not.toContain(KEY)
      expect(everythingOf(error)).not.toContain(KEY.slice(0, 8))
    }
  })
})
