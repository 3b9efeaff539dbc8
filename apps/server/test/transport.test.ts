import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientOf, newPerson, type Person } from './stage/company.ts'
import { type LocalServer, startLocalServer } from './stage/local-server.ts'

let stage: LocalServer
let person: Person

beforeAll(async () => {
  stage = await startLocalServer({ env: { VIVA_TRUST_PROXY: '0' } })
  person = await newPerson(stage.url)
})

afterAll(async () => stage?.[Symbol.asyncDispose]())

interface Parsed {
  status: number
  text: string
}

/** Sends bytes as they are and reads until the server closes, or answers. */
async function sendRaw(bytes: string, url = stage.url): Promise<Parsed> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  let text = ''
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  socket.write(bytes)
  await once(socket, 'close')
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text }
}

const HEAD =
  'POST /trpc/auth.logIn HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n'

describe('bodies', () => {
  test('one that announces too much is refused before it comes', async () => {
    const { status, text } = await sendRaw(`${HEAD}Content-Length: 50000000\r\n\r\n`)
    expect(status).toBe(413)
    expect(text).toContain('"code":"PAYLOAD_TOO_LARGE"')
    expect(text).toContain('"maxBytes":1000000')
  })

  test('one that comes in chunks without an end is cut at the limit', async () => {
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`
    const { status } = await sendRaw(`${HEAD}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(20)}`)
    expect(status).toBe(413)
  })

  test('one that is shorter than announced is cut by the deadline, and nothing is answered', async () => {
    await using hasty = await startLocalServer({ database: stage.database, limits: { bodyTimeoutMs: 300 } })
    const { status } = await sendRaw(`${HEAD}Content-Length: 500\r\n\r\n{"email":`, hasty.url)
    expect(status).toBe(0)
  })

  test('one that is longer than announced is not run', async () => {
    const body = JSON.stringify({ email: 'nobody@example.test', password: 'wrong wrong wrong' })
    const { text } = await sendRaw(`${HEAD}Content-Length: ${body.length - 5}\r\n\r\n${body}`)
    expect(text).toContain('"code":"INVALID_INPUT"')
  })

  test('two lengths at once are refused: nobody smuggles a second request', async () => {
    const { status } = await sendRaw(
      `${HEAD}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    )
    expect(status).toBe(400)
  })
})

describe('addresses', () => {
  /** Tries a wrong password for one account, more often than one address may, and gives the last status. */
  async function guess(url: string, forwardedFor: (n: number) => string): Promise<Response> {
    let answer = new Response()
    for (let n = 0; n < 12; n++) {
      answer = await fetch(`${url}/trpc/auth.logIn`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': forwardedFor(n) },
        body: JSON.stringify({ email: 'victim@example.test', password: 'wrong' }),
      })
      await answer.body?.cancel()
    }
    return answer
  }

  test('a rotating X-Forwarded-For spends one budget where no proxy is trusted', async () => {
    const last = await guess(stage.url, (n) => `198.51.100.${n}`)
    expect(last.status).toBe(429)
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('behind one trusted proxy the last address counts, which the proxy wrote, and not what came before', async () => {
    await using proxied = await startLocalServer({ env: { VIVA_TRUST_PROXY: '1' } })
    expect((await guess(proxied.url, (n) => `198.51.100.${n}, 203.0.113.7`)).status).toBe(429)
    expect((await guess(proxied.url, (n) => `203.0.113.${n + 10}`)).status).toBe(401)
  })
})

describe('the request id', () => {
  test("is the server's own, in the header and in the error", async () => {
    const answer = await fetch(`${stage.url}/trpc/auth.me`, { headers: { 'x-request-id': 'chosen-by-me' } })
    const id = answer.headers.get('x-request-id')
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
    expect(await answer.text()).toContain(`"requestId":"${id}"`)
  })

  test("is a proxy's where one is trusted, if it looks like an id", async () => {
    await using proxied = await startLocalServer({ env: { VIVA_TRUST_PROXY: '1' } })
    const idFor = async (sent: string) =>
      (await fetch(`${proxied.url}/livez`, { headers: { 'x-request-id': sent } })).headers.get('x-request-id')
    expect(await idFor('edge-1234567890')).toBe('edge-1234567890')
    expect(await idFor('{"forged":"line"}')).toMatch(/^[0-9a-f-]{36}$/)
  })
})

describe('errors', () => {
  test('an error of our own tells nothing but its id, and the log has the rest', async () => {
    await using broken = await startLocalServer({
      overrides: {
        hasher: {
          hash: () => Promise.reject(new Error('the secret reason, with a password in it')),
          verify: () => Promise.resolve(false),
        },
      },
    })
    const answer = await fetch(`${broken.url}/trpc/auth.signUp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'a@example.test', password: 'long enough', name: 'A' }),
    })
    const text = await answer.text()
    expect(answer.status).toBe(500)
    expect(text).toContain('"code":"INTERNAL"')
    expect(text).not.toMatch(/secret reason|\.ts|at /)
    const id = answer.headers.get('x-request-id')
    expect(broken.lines.join('')).toMatch(new RegExp(`the secret reason.*"requestId":"${id}"`))
  })

  test.each([
    ['/no/such/route', 404],
    ['/trpc/%zz', 400],
    ['/trpc/', 404],
    ['/trpc/__proto__', 404],
    ['/trpc/constructor.constructor', 404],
  ])('%s answers %i with a code', async (path, status) => {
    const { status: got, text } = await sendRaw(
      `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    )
    expect(got).toBe(status)
    expect(text).toMatch(/"code":"(?:NOT_FOUND|INVALID_INPUT)"/)
    expect(text).not.toMatch(/node_modules|\.ts:/)
  })

  test('a host that is none is the sender’s fault', async () => {
    const { status } = await sendRaw('GET /trpc/auth.me HTTP/1.1\r\nHost: [\r\nConnection: close\r\n\r\n')
    expect(status).toBe(400)
  })
})

describe('security headers', () => {
  test('are on every answer', async () => {
    for (const path of ['/livez', '/trpc/auth.me', '/no/such/route']) {
      const { headers } = await fetch(stage.url + path)
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-powered-by')).toBeNull()
    }
  })

  test('tell browsers to stay on https where the server is reached by it, and answers are never stored', async () => {
    await using secure = await startLocalServer({ env: { VIVA_PUBLIC_URL: 'https://viva.example.com' } })
    const answer = await fetch(`http://127.0.0.1:${portOf(secure)}/trpc/auth.me`)
    expect(answer.headers.get('strict-transport-security')).toContain('max-age=31536000')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect((await fetch(`${stage.url}/livez`)).headers.get('strict-transport-security')).toBeNull()
  })

  function portOf({ server }: LocalServer): number {
    return server.port
  }
})

test('a person who opens the address is told what this is', async () => {
  const response = await fetch(stage.url)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toContain('text/plain')
  expect(await response.text()).toContain('This is a Viva server.')
})

describe('health and metrics', () => {
  test('/readyz names each check, and fails where the database is gone', async () => {
    await using other = await startLocalServer()
    const ready = await fetch(`${other.url}/readyz`)
    expect(await ready.json()).toEqual({
      ready: true,
      checks: { database: 'ok', listening: 'ok', migrations: 'ok' },
      draining: false,
    })
    await other.database.close()
    const gone = await fetch(`${other.url}/readyz`)
    expect(gone.status).toBe(503)
    expect(await gone.json()).toMatchObject({
      ready: false,
      checks: { database: 'failed', listening: 'failed' },
    })
    expect((await fetch(`${other.url}/livez`)).status).toBe(200)
  })

  test('/readyz fails while migrations are pending, and no longer', async () => {
    await using behind = await startLocalServer()
    const { sql } = behind.database.db
    const [last] = await sql<{ hash: string; created_at: string }[]>`
      delete from drizzle.__drizzle_migrations
      where created_at = (select max(created_at) from drizzle.__drizzle_migrations) returning hash, created_at`
    const ready = await fetch(`${behind.url}/readyz`)
    expect(ready.status).toBe(503)
    expect(await ready.json()).toEqual({
      ready: false,
      checks: { database: 'ok', listening: 'ok', migrations: 'failed' },
      draining: false,
    })
    await sql`
      insert into drizzle.__drizzle_migrations (hash, created_at)
      values (${last?.hash ?? ''}, ${last?.created_at ?? ''})`
    expect((await fetch(`${behind.url}/readyz`)).status).toBe(200)
  })

  test('/metrics counts calls by procedure, and made-up names as one', async () => {
    await clientOf(stage.url, person.accessToken).auth.me.query()
    await fetch(`${stage.url}/trpc/made.up1`)
    await fetch(`${stage.url}/trpc/made.up2`)
    const text = await (await fetch(`${stage.url}/metrics`)).text()
    expect(text).toMatch(
      /viva_http_request_duration_seconds_count\{method="GET",route="auth.me",status="200"\} \d+/,
    )
    expect(text).toContain('route="unknown",status="404"')
    expect(text).not.toContain('made.up')
    expect(text).toContain('viva_sockets_open 0')
    expect(text).toContain('process_cpu_seconds_total')
  })

  test('/metrics asks for its token where there is one', async () => {
    const token = 'a token for metrics alone'
    await using guarded = await startLocalServer({ env: { VIVA_METRICS_TOKEN: token } })
    const statusWith = async (headers: Record<string, string>) =>
      (await fetch(`${guarded.url}/metrics`, { headers })).status
    expect(await statusWith({})).toBe(401)
    expect(await statusWith({ authorization: 'Bearer wrong' })).toBe(401)
    expect(await statusWith({ authorization: `Bearer ${token}` })).toBe(200)
  })

  test('JWKS has the public halves alone', async () => {
    const answer = await fetch(`${stage.url}/.well-known/jwks.json`)
    const { keys } = (await answer.json()) as { keys: Record<string, string>[] }
    expect(keys).toHaveLength(2)
    for (const key of keys) {
      expect(Object.keys(key).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
    }
  })
})
