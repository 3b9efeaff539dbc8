import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'

/** A request as an AI service gets it. */
export interface ReceivedRequest {
  path: string
  headers: IncomingHttpHeaders
  body: Record<string, unknown>
}

/** What such a service answers with. */
export type Answer = (response: ServerResponse, request: ReceivedRequest) => void

/** An HTTP server that stands in for an AI service: it keeps what it was asked and answers as it is told. */
export interface AiServer extends AsyncDisposable {
  readonly url: string
  readonly requests: ReceivedRequest[]
}

/** Starts one on a port of its own: one answer for each request, the last one for all that follow. */
export async function startAiServer(...answers: readonly Answer[]): Promise<AiServer> {
  const requests: ReceivedRequest[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const answer = answers[Math.min(requests.length, answers.length - 1)]
      const body: Record<string, unknown> = JSON.parse(Buffer.concat(chunks).toString())
      const received = { path: request.url ?? '', headers: request.headers, body }
      requests.push(received)
      answer?.(response, received)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

/** Server-sent events, one for each item; strings are sent as they are. */
export function sse(
  items: readonly (object | string)[],
  then: (response: ServerResponse) => void = end,
): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const item of items)
      response.write(`data: ${typeof item === 'string' ? item : JSON.stringify(item)}\n\n`)
    then(response)
  }
}

/** An error with a body, as services send it. */
export function failure(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
}

/** Bytes that are no answer at all. */
export function garbage(bytes: Uint8Array): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(bytes)
  }
}

/** Ends in good order. */
function end(response: ServerResponse): void {
  response.end()
}

/** Breaks the connection in the middle, once what was written is out. */
export function cut(response: ServerResponse): void {
  setTimeout(() => response.destroy(), 20)
}

/** Says nothing more and keeps the connection. */
export function hang(): void {
  // The client has to give up.
}

/** OpenAI's chunks for an answer in pieces. */
export function openAiChunks(pieces: readonly string[], finish: string | null = 'stop'): (object | string)[] {
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'test-model',
    choices: [{ index: 0, delta, finish_reason }],
  })
  return [
    chunk({ role: 'assistant', content: '' }),
    ...pieces.map((content) => chunk({ content })),
    ...(finish === null ? [] : [chunk({}, finish)]),
  ]
}

/** OpenAI's last chunks: the tokens, and the mark that nothing follows. */
export function openAiEnd(prompt_tokens: number, completion_tokens: number): (object | string)[] {
  const usage = { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens }
  return [{ id: 'chatcmpl-1', object: 'chat.completion.chunk', choices: [], usage }, '[DONE]']
}

/** Gemini's chunks for an answer in pieces; the last one says why it ends and what was used. */
export function geminiChunks(
  pieces: readonly string[],
  finishReason: string | null = 'STOP',
  usage: { promptTokenCount: number; totalTokenCount: number } = {
    promptTokenCount: 11,
    totalTokenCount: 18,
  },
): object[] {
  return pieces.map((text, index) => ({
    candidates: [
      {
        content: { role: 'model', parts: [{ text }] },
        index: 0,
        ...(index === pieces.length - 1 && finishReason !== null ? { finishReason } : {}),
      },
    ],
    ...(index === pieces.length - 1 ? { usageMetadata: usage } : {}),
  }))
}
