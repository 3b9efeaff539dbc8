import { once } from 'node:events'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { randomAddress, readAnswer } from './stage/api-call.ts'
import { clientOf, newPerson, type Person } from './stage/company.ts'
import { type DatabaseServer, startDatabaseServer } from './stage/database-server.ts'

let stage: DatabaseServer
let url: string
let person: Person

beforeAll(async () => {
  stage = await startDatabaseServer()
  url = stage.server.url
  person = await newPerson(url)
})

afterAll(async () => {
  await stage?.[Symbol.asyncDispose]()
})

const JSON_TYPE = { 'content-type': 'application/json' }
const LOG_IN = JSON.stringify({ email: 'nobody@example.test', password: 'not the password' })
const gzipped = gzipSync(LOG_IN)

/** What a confused or hostile client sends: a name, a path, and the request. */
const REQUESTS: [name: string, path: string, request: RequestInit][] = [
  ['JSON that breaks off', 'auth.logIn', { method: 'POST', headers: JSON_TYPE, body: '{"email":' }],
  ['no JSON at all', 'auth.logIn', { method: 'POST', headers: JSON_TYPE, body: '<xml/>' }],
  ['an empty body', 'auth.logIn', { method: 'POST', headers: JSON_TYPE, body: '' }],
  ['NaN', 'auth.logIn', { method: 'POST', headers: JSON_TYPE, body: 'NaN' }],
  [
    'bytes that are no UTF-8',
    'auth.logIn',
    { method: 'POST', headers: JSON_TYPE, body: new Uint8Array([0x22, 0xff, 0xfe, 0x22]) },
  ],
  [
    'JSON 100,000 levels deep',
    'auth.logIn',
    { method: 'POST', headers: JSON_TYPE, body: '['.repeat(100_000) },
  ],
  [
    'a body beyond the limit',
    'auth.logIn',
    { method: 'POST', headers: JSON_TYPE, body: `"${'x'.repeat(1_500_000)}"` },
  ],
  ['a text', 'auth.logIn', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: LOG_IN }],
  ['a form', 'auth.logIn', { method: 'POST', body: new URLSearchParams({ email: 'a@example.test' }) }],
  ['a multipart form', 'auth.logOut', { method: 'POST', body: new FormData() }],
  [
    'bytes of no kind',
    'auth.logOut',
    { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body: 'x' },
  ],
  [
    'a type that looks like JSON',
    'auth.logIn',
    { method: 'POST', headers: { 'content-type': 'application/json, text/plain' }, body: LOG_IN },
  ],
  [
    'a compressed body',
    'auth.logIn',
    { method: 'POST', headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, body: gzipped },
  ],
  ['a mutation by GET', `auth.logIn?input=${encodeURIComponent(LOG_IN)}`, {}],
  ['a query by POST', 'auth.me', { method: 'POST', headers: JSON_TYPE, body: '{}' }],
  ['a method that is overridden', 'auth.logOut', { headers: { 'x-http-method-override': 'POST' } }],
  ['a subscription by POST', 'sessions.events', { method: 'POST', headers: JSON_TYPE, body: '{}' }],
  ['input that is no JSON', 'auth.me?input={', {}],
  ['input in broken percent-encoding', 'auth.me?input=%E0%A4%A', {}],
  ['a path in broken percent-encoding', '%E0%A4%A', {}],
  ['a path with NUL', 'auth.me%00', {}],
  ['a path that climbs', '..%2f..%2fetc%2fpasswd', {}],
  ['a procedure of the prototype', '__proto__', {}],
  ['a member of every object', 'auth.constructor', {}],
  ['a router', 'auth', {}],
  ['no procedure', '', {}],
  ['a very long path', 'a'.repeat(5000), {}],
  ['a batch without input', 'auth.me,auth.devices?batch=1', {}],
  ['a batch whose input is a list', 'auth.me,auth.devices?batch=1&input=[]', {}],
  ['a batch that is null', 'auth.logIn?batch=1', { method: 'POST', headers: JSON_TYPE, body: 'null' }],
  ['a batch of nothing', ',,,?batch=1&input={}', {}],
  ['a batch of queries and mutations', 'auth.me,auth.logOut?batch=1&input={}', {}],
  ['a stream that nobody offers', 'auth.me', { headers: { 'trpc-accept': 'application/jsonl' } }],
  ['connection parameters that are none', 'auth.me?connectionParams=%7B', {}],
  ['connection parameters of another type', 'auth.me?connectionParams=%5B1%5D', {}],
  ['a token in broken percent-encoding', 'auth.me', { headers: { authorization: 'Bearer %E0%A4%A' } }],
  ['a token of 10,000 characters', 'auth.me', { headers: { authorization: `Bearer ${'a.'.repeat(5000)}` } }],
  ['another scheme', 'auth.me', { headers: { authorization: 'Basic OjpA' } }],
  [
    'a cookie of nonsense',
    'auth.logOut',
    { method: 'POST', headers: { ...JSON_TYPE, cookie: '__Host-viva_refresh=%%%;;;=' }, body: '{}' },
  ],
  [
    'an event id of nonsense',
    'sessions.events',
    { headers: { accept: 'text/event-stream', 'last-event-id': '💥'.codePointAt(0)?.toString() ?? '' } },
  ],
]

test.each(REQUESTS)('%s is answered with typed errors below 500', async (_name, path, request) => {
  const headers = new Headers(request.headers)
  headers.set('x-forwarded-for', randomAddress())
  const answer = await fetch(`${url}/trpc/${path}`, { ...request, headers })
  const text = await answer.text()
  expect(answer.status).toBeGreaterThanOrEqual(answer.ok ? 200 : 400)
  expect(answer.status).toBeLessThan(500)
  // Where the answer is a stream, its status was sent before the error was known.
  const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream') ?? false
  for (const code of isStream ? streamCodes(text) : codesOf(answer.status, text)) {
    expect(code, text.slice(0, 300)).not.toMatch(/^(?:OK|UNTYPED|INTERNAL)$/)
  }
})

/** The code of the one answer, or of each of a batch. */
function codesOf(status: number, text: string): string[] {
  const body: unknown = JSON.parse(text)
  const answers: unknown[] = Array.isArray(body) ? body : [body]
  expect(answers.length).toBeGreaterThan(0)
  return answers.map((item) => readAnswer(status, JSON.stringify(item)).code)
}

function streamCodes(text: string): string[] {
  return [/"app":\{"code":"([A-Z_]+)"/.exec(text)?.[1] ?? 'UNTYPED']
}

test('methods that the API does not know are refused', async () => {
  for (const method of ['PUT', 'DELETE', 'PATCH', 'PROPFIND']) {
    const answer = await fetch(`${url}/trpc/auth.me`, { method })
    expect(answer.status, method).toBeGreaterThanOrEqual(400)
    expect(answer.status, method).toBeLessThan(500)
    await answer.body?.cancel()
  }
})

/** Requests that no HTTP library would send. */
const BYTES: [name: string, bytes: string][] = [
  ['no HTTP at all', '\u0016\u0003\u0001\u0000garbage\r\n\r\n'],
  ['an announced length that is too long', post('Content-Length: 100', '{}')],
  ['an announced length that is no number', post('Content-Length: lots', '{}')],
  ['two lengths', post('Content-Length: 2\r\nContent-Length: 3', '{}')],
  ['a length and chunks', post('Content-Length: 2\r\nTransfer-Encoding: chunked', '2\r\n{}\r\n0\r\n\r\n')],
  ['a chunk that is longer than it says', post('Transfer-Encoding: chunked', 'zz\r\n{}\r\n0\r\n\r\n')],
  ['a header with a line break in its name', post('X\r\n: y', '{}')],
  ['headers beyond all measure', `GET /trpc/auth.me HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`],
  ['no host', 'GET /trpc/auth.me HTTP/1.1\r\n\r\n'],
  ['an upgrade to nothing', 'GET /trpc HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'],
  [
    'a socket without its key',
    'GET /trpc HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  ],
]

function post(headers: string, body: string): string {
  return `POST /trpc/auth.logIn HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n${headers}\r\n\r\n${body}`
}

test.each(BYTES)('%s does no harm', async (_name, bytes) => {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  await once(socket, 'connect')
  socket.on('error', () => socket.destroy())
  let answer = ''
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1')
  })
  // The other half stays open, as a client would that waits for its answer; one that waits for more bytes gets none.
  socket.write(bytes)
  await Promise.race([once(socket, 'data'), once(socket, 'close'), settled()])
  socket.destroy()
  expect(answer).not.toMatch(/^HTTP\/1\.1 5/)
  expect(stage.server.isRunning()).toBe(true)
})

/** Requests whose address, put together from Host and target, is none, or has a name and password in it. */
const ADDRESSES: [name: string, target: string, host: string][] = [
  ['a host that is half an IPv6 address', '/trpc/auth.me', '['],
  ['a host with a port beyond all ports', '/trpc/auth.me', 'a:99999'],
  ['a host with a name and password', '/trpc/auth.me', 'u:p@h'],
  ['a host with a path', '/trpc/auth.me', 'a/b'],
  ['a host with a query', '/trpc/auth.me', 'a?b'],
  ['an empty host', '/trpc/auth.me', ''],
  ['a target that names half a host', '//[', 'a'],
  ['an absolute target that names half a host', 'http://[/trpc/auth.me', 'a'],
  ['an absolute target with a name and password', 'http://u:p@a/trpc/auth.me', 'a'],
]

test.each(ADDRESSES)('%s is answered with 400', async (_name, target, host) => {
  const answer = await answerTo(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  expect(answer).toContain('"code":"INVALID_INPUT"')
  await settled()
})

test.each(ADDRESSES)('%s is no address of a socket', async (_name, target, host) => {
  // With the key and version of a real one: everything but the address is in order.
  const upgrade =
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='
  const path = target.startsWith('/trpc') ? '/trpc' : target
  const answer = await answerTo(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${upgrade}\r\n\r\n`)
  expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  await settled()
  expect(stage.server.isRunning()).toBe(true)
})

/** What the server says to `bytes` until it hangs up. */
async function answerTo(bytes: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  socket.on('error', () => socket.destroy())
  let answer = ''
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1')
  })
  const closed = once(socket, 'close')
  socket.write(bytes)
  await closed
  return answer
}

/** Until the server has answered somebody who came later. */
async function settled(): Promise<void> {
  await clientOf(url, person.accessToken).auth.me.query()
}

test('1,000 log-ins in one batch are refused before any password is looked at', async () => {
  const answer = await postBatch(1000, randomAddress())
  expect(answer.status).toBe(400)
  expect(answer.codes).toEqual(['INVALID_INPUT'])
})

test('log-ins in a batch count one by one', async () => {
  const address = randomAddress()
  const first = await postBatch(10, address)
  const second = await postBatch(10, address)
  expect(first.codes.filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(10)
  expect(second.codes).toEqual(Array.from({ length: 10 }, () => 'RATE_LIMITED'))
  expect(Number(second.retryAfter)).toBeGreaterThan(0)
})

/** Sends so many wrong passwords for one account in one request. */
async function postBatch(count: number, address: string) {
  const path = Array.from({ length: count }, () => 'auth.logIn').join(',')
  const calls = Array.from({ length: count }, (_, index) => [
    String(index),
    { email: person.email, password: `wrong password ${index}` },
  ])
  const answer = await fetch(`${url}/trpc/${path}?batch=1`, {
    method: 'POST',
    headers: { ...JSON_TYPE, 'x-forwarded-for': address },
    body: JSON.stringify(Object.fromEntries(calls)),
  })
  const codes = codesOf(answer.status, await answer.text())
  return { status: answer.status, codes, retryAfter: answer.headers.get('retry-after') }
}

test('after all that the server still serves, and logged no fault', async () => {
  const me = await person.api.auth.me.query()
  expect(me.id).toBe(person.userId)
  expect(stage.server.output()).not.toContain('a call failed')
})
