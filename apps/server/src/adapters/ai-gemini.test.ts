import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cut, failure, garbage, geminiChunks, hang, sse, startAiServer } from '../testing/ai-server.ts'
import { callProvider, everythingOf } from '../testing/call-provider.ts'
import { createGeminiProvider } from './ai-gemini.ts'

const KEY = 'AIzaTest0123456789abcdef'
const gemini = (baseUrl: string) =>
  createGeminiProvider({ apiKey: KEY, baseUrl, model: 'gemini-test', price: null })
const hello = sse(geminiChunks(['Hel', 'lo']))

// The library splits its stream in two; the half that nobody reads must not bring the process down.
const unhandled: unknown[] = []
const keep = (reason: unknown) => void unhandled.push(reason)
beforeEach(() => void process.on('unhandledRejection', keep))
afterEach(async () => {
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', keep)
  expect(unhandled.splice(0)).toEqual([])
})

describe('the Gemini protocol', () => {
  test('an answer streams piece by piece and ends with its tokens, thoughts among them', async () => {
    await using server = await startAiServer(hello)
    const { chunks, error } = await callProvider(gemini(server.url), {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Say hello.' },
        { role: 'assistant', content: 'No.' },
        { role: 'user', content: 'Please.' },
        { role: 'user', content: 'Now.' },
      ],
    })
    expect(error).toBeNull()
    expect(chunks).toEqual([
      { type: 'text', text: 'Hel' },
      { type: 'text', text: 'lo' },
      { type: 'usage', inputTokens: 11, outputTokens: 7 },
    ])
    const [request] = server.requests
    expect(request?.path).toBe('/v1beta/models/gemini-test:streamGenerateContent?alt=sse')
    expect(request?.headers['x-goog-api-key']).toBe(KEY)
    expect(request?.body).toMatchObject({
      systemInstruction: { role: 'system', parts: [{ text: 'Be brief.' }] },
      contents: [
        { role: 'user', parts: [{ text: 'Say hello.' }] },
        { role: 'model', parts: [{ text: 'No.' }] },
        { role: 'user', parts: [{ text: 'Please.' }, { text: 'Now.' }] },
      ],
      generationConfig: { maxOutputTokens: 50, temperature: 0.5, thinkingConfig: { thinkingBudget: 0 } },
    })
  })

  test('a schema is sent in the part of JSON Schema that Gemini knows', async () => {
    await using server = await startAiServer(hello)
    await callProvider(gemini(server.url), {
      schema: {
        name: 'scores',
        schema: {
          type: 'object',
          additionalProperties: false,
          required: ['kind', 'scores'],
          properties: {
            kind: { type: 'string', enum: ['a', 'b'] },
            scores: { type: 'array', items: { type: 'integer', description: 'One to five.', minimum: 1 } },
          },
        },
      },
    })
    expect(server.requests[0]?.body['generationConfig']).toMatchObject({
      responseMimeType: 'application/json',
      responseSchema: {
        type: 'object',
        required: ['kind', 'scores'],
        properties: {
          kind: { type: 'string', format: 'enum', enum: ['a', 'b'] },
          scores: { type: 'array', items: { type: 'integer', description: 'One to five.' } },
        },
      },
    })
    expect(JSON.stringify(server.requests[0]?.body)).not.toMatch(/additionalProperties|minimum/)
  })

  test('a model that cannot be kept from thinking is let think, with room for it', async () => {
    const refusal = failure(400, {
      error: { message: 'Budget 0 is invalid. This model only works in thinking mode.' },
    })
    await using server = await startAiServer(refusal, hello)
    const provider = gemini(server.url)
    expect((await callProvider(provider)).text).toBe('Hello')
    await callProvider(provider)
    expect(server.requests).toHaveLength(3)
    expect(server.requests[2]?.body['generationConfig']).toEqual({ maxOutputTokens: 2098, temperature: 0.5 })
  })

  test('a limit is passed on with the time to wait', async () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '17s' }]
    await using server = await startAiServer(failure(429, { error: { message: 'quota', details } }))
    const { error } = await callProvider(gemini(server.url))
    expect(error).toMatchObject({ retryable: true, retryAfterMs: 17_000 })
    expect(server.requests).toHaveLength(1)
  })

  test.each([
    [500, true],
    [503, true],
    [400, false],
    [403, false],
    [404, false],
  ])('status %i: worth another try is %s', async (status, retryable) => {
    await using server = await startAiServer(failure(status, { error: { message: 'no' } }))
    expect((await callProvider(gemini(server.url))).error).toMatchObject({ retryable })
  })

  test.each([
    ['bytes that are no text', garbage(Uint8Array.from([0xff, 0xfe, 0x00, 0x80, 0x0a, 0x0a]))],
    ['events that are no JSON', sse(['{"candidates": ['])],
    ['a page of HTML', garbage(new TextEncoder().encode('<html>gateway</html>'))],
    ['nothing', garbage(new Uint8Array())],
    ['JSON of another shape', sse([{ hello: 1 }])],
    ['a connection that breaks', sse(geminiChunks(['Hel'], null), cut)],
    ['a connection that just ends', sse(geminiChunks(['Hel'], null))],
    ['a status that says nothing', failure(502, 'no JSON')],
  ])('%s is a failure that may pass', async (_name, answer) => {
    await using server = await startAiServer(answer)
    expect((await callProvider(gemini(server.url))).error).toMatchObject({ retryable: true })
  })

  test.each(['MAX_TOKENS', 'SAFETY'])(
    'an answer that ends with %s is not taken for a whole one',
    async (finish) => {
      await using server = await startAiServer(sse(geminiChunks(['Hel'], finish)))
      const { error, chunks } = await callProvider(gemini(server.url))
      expect(error).toMatchObject({ retryable: false, message: expect.stringContaining(finish) })
      expect(chunks.at(-1)).toMatchObject({ type: 'usage' })
    },
  )

  test('a prompt that is blocked is not sent again', async () => {
    await using server = await startAiServer(sse([{ promptFeedback: { blockReason: 'SAFETY' } }]))
    expect((await callProvider(gemini(server.url))).error).toMatchObject({ retryable: false })
  })

  test('an abort ends the call, before the answer, within it, and when it came first', async () => {
    await using server = await startAiServer(hang, sse(geminiChunks(['Hel'], null), hang))
    for (const _ of [1, 2]) {
      const { error } = await callProvider(gemini(server.url), { signal: AbortSignal.timeout(100) })
      expect(error).not.toBeNull()
    }
    expect((await callProvider(gemini(server.url), { signal: AbortSignal.abort() })).error).not.toBeNull()
    expect(server.requests).toHaveLength(2)
  })

  test('the key is in no error, also when the service repeats it', async () => {
    const leaks = [
      failure(400, { error: { message: `API key not valid: ${KEY}`, details: [{ key: KEY }] } }),
      failure(403, { error: { message: `key ${KEY.slice(0, 10)}… is blocked` } }),
      failure(500, { error: { message: `https://example.test/?key=${KEY} failed` } }),
      garbage(new TextEncoder().encode(`data: {${KEY}\n\n`)),
    ]
    await using server = await startAiServer(...leaks)
    const provider = gemini(server.url)
    for (const _ of leaks) {
      const { error } = await callProvider(provider)
      expect(error).not.toBeNull()
      expect(everythingOf(error)).not.toContain(KEY)
      expect(everythingOf(error)).not.toContain(KEY.slice(0, 10))
      expect(everythingOf(error)).not.toContain('127.0.0.1')
    }
  })
})
