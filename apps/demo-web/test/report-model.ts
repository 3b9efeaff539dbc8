import { once } from 'node:events'
import { createServer } from 'node:http'

/** What the model says of the answers. */
export interface Judgement {
  criterionId: string
  score: number
  reason: string
  quotes: { answer: string; text: string }[]
}

/** A model behind OpenAI's wire, for reports with scores. */
export interface ModelServer extends AsyncDisposable {
  /** Settings of the server that is to ask it. */
  readonly env: Record<string, string>
}

/** Starts a model that judges as it is told, sums up in one sentence, and has one question for everything else. */
export async function startModel(judgements: readonly Judgement[]): Promise<ModelServer> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const asked = Buffer.concat(chunks).toString()
      const content = asked.includes('Score every criterion')
        ? JSON.stringify({ scores: judgements })
        : asked.includes('You sum up')
          ? 'The candidate told of a queue and of what went wrong with it.'
          : 'And how did you find out?'
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (const choice of [
        { index: 0, delta: { role: 'assistant', content }, finish_reason: null },
        { index: 0, delta: {}, finish_reason: 'stop' },
      ]) {
        const chunk = {
          id: 'chat-1',
          object: 'chat.completion.chunk',
          created: 1_700_000_000,
          model: 'judge',
        }
        response.write(`data: ${JSON.stringify({ ...chunk, choices: [choice] })}\n\n`)
      }
      response.end('data: [DONE]\n\n')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the model has no port')
  return {
    env: {
      VIVA_AI_PROVIDERS: 'openai',
      OPENAI_BASE_URL: `http://127.0.0.1:${address.port}/v1`,
      OPENAI_API_KEY: 'none is needed',
      VIVA_OPENAI_MODEL: 'judge',
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
