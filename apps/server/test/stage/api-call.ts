import { randomInt } from 'node:crypto'
import { ERROR_STATUS } from '@viva/api/contract'

/** One call as it goes over the wire, for tests that must send what no typed client would. */
export interface ApiCall {
  path: string
  type: 'query' | 'mutation' | 'subscription'
  /** Written as JSON; absent where the procedure takes none. */
  input?: unknown
  token?: string | undefined
}

export interface ApiAnswer {
  status: number
  /** `OK`, one of the API's error codes, or `UNTYPED` for an answer that has neither a result nor such a code. */
  code: string
  data: unknown
  /** The whole answer as it came. */
  text: string
}

const FIRST_EVENT_MS = 10_000

/**
 * Makes one call over HTTP: a query by GET, a mutation by POST, a subscription as server-sent events of which only the
 * first item is read. Each call comes from another address, unless the input says what its headers are.
 */
export async function callApi(url: string, call: ApiCall): Promise<ApiAnswer> {
  const headers = {
    'x-forwarded-for': randomAddress(),
    ...(call.token === undefined ? {} : { authorization: `Bearer ${call.token}` }),
  }
  const json = call.input === undefined ? undefined : JSON.stringify(call.input)
  if (call.type === 'mutation') {
    const answer = await fetch(`${url}/trpc/${call.path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      ...(json === undefined ? {} : { body: json }),
    })
    return readAnswer(answer.status, await answer.text())
  }
  const query = json === undefined ? '' : `?input=${encodeURIComponent(json)}`
  const address = `${url}/trpc/${call.path}${query}`
  if (call.type === 'query') {
    const answer = await fetch(address, { headers })
    return readAnswer(answer.status, await answer.text())
  }
  return readFirstEvent(address, headers)
}

/** An address from a network that documentation and tests may use (RFC 2544), so that each call is a new caller. */
export function randomAddress(): string {
  return `198.18.${randomInt(256)}.${randomInt(256)}`
}

/**
 * Reads an answer of tRPC, `{ result: { data } }` or `{ error: { data: { app: { code } } } }`, or the error of a raw
 * route, `{ code }`, which is also how a request is refused that no route gets to see.
 */
export function readAnswer(status: number, text: string): ApiAnswer {
  const body = parseJson(text)
  const result = member(body, 'result')
  if (result !== undefined) return { status, code: 'OK', data: member(result, 'data'), text }
  const error = member(body, 'error') ?? { data: { app: body } }
  return { status, code: codeOf(error), data: undefined, text }
}

/** The code of an error of the API, or `UNTYPED`. */
function codeOf(error: unknown): string {
  const code = member(member(member(error, 'data'), 'app'), 'code')
  return typeof code === 'string' && Object.hasOwn(ERROR_STATUS, code) ? code : 'UNTYPED'
}

async function readFirstEvent(address: string, headers: Record<string, string>): Promise<ApiAnswer> {
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(FIRST_EVENT_MS)])
  const answer = await fetch(address, { headers: { ...headers, accept: 'text/event-stream' }, signal })
  if (!answer.headers.get('content-type')?.startsWith('text/event-stream')) {
    return readAnswer(answer.status, await answer.text())
  }
  try {
    let text = ''
    const decoder = new TextDecoder()
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk, { stream: true })
      for (const event of text.split('\n\n').slice(0, -1)) {
        const name = /^event: ?(.*)$/m.exec(event)?.[1] ?? 'message'
        const data = parseJson(/^data: ?(.*)$/m.exec(event)?.[1] ?? '')
        if (name === 'serialized-error') {
          return { status: answer.status, code: codeOf(data), data: undefined, text }
        }
        if (name === 'message') return { status: answer.status, code: 'OK', data, text }
      }
    }
    return { status: answer.status, code: 'UNTYPED', data: undefined, text }
  } finally {
    stop.abort()
  }
}

/** Makes one subscription over a WebSocket, by the wire protocol of tRPC, and reads its first item. */
export async function callOverSocket(url: string, call: ApiCall): Promise<ApiAnswer> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/trpc?connectionParams=1`)
  try {
    return await new Promise<ApiAnswer>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${call.path} said nothing`)), FIRST_EVENT_MS)
      socket.addEventListener('close', ({ code }) => {
        clearTimeout(late)
        reject(new Error(`the socket closed with ${code} before ${call.path} said anything`))
      })
      socket.addEventListener('open', () => {
        const data = call.token === undefined ? {} : { tokens: call.token }
        socket.send(JSON.stringify({ method: 'connectionParams', data }))
        const { path, input } = call
        socket.send(JSON.stringify({ id: 1, method: 'subscription', params: { path, input } }))
      })
      socket.addEventListener('message', ({ data }) => {
        const text = String(data)
        const message = parseJson(text)
        if (member(message, 'id') !== 1) return
        const error = member(message, 'error')
        const result = member(message, 'result')
        if (error === undefined && member(result, 'type') !== 'data') return
        clearTimeout(late)
        const code = error === undefined ? 'OK' : codeOf(error)
        resolve({ status: 101, code, data: member(result, 'data'), text })
      })
    })
  } finally {
    socket.close()
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
