import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type LocalServer, startLocalServer } from './stage/local-server.ts'
import { runProgram } from './stage/run-program.ts'

const PAGE = '<!doctype html><title>The app</title>'
const SCRIPT = `console.log('${'the script '.repeat(200)}')`
const SECRET = 'nobody outside may read this'

let folder: string
let stage: LocalServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viva-web-'))
  const app = join(folder, 'app')
  await mkdir(join(app, 'assets'), { recursive: true })
  await mkdir(join(app, '.vite'))
  await writeFile(join(app, 'index.html'), PAGE)
  await writeFile(join(app, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  await writeFile(join(app, 'assets/main-1a2b3c4d.js'), SCRIPT)
  await writeFile(join(app, 'assets/main-1a2b3c4d.js.br'), brotliCompressSync(SCRIPT))
  await writeFile(join(app, 'assets/main-1a2b3c4d.js.gz'), gzipSync(SCRIPT))
  for (const hidden of ['app/.vite/manifest.json', 'app/.env', 'outside.txt', 'app-beside.txt']) {
    await writeFile(join(folder, hidden), SECRET)
  }
  stage = await startLocalServer({ env: { VIVA_WEB_DIR: app } })
})

afterAll(async () => {
  await stage?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

/** As a browser asks when a person opens an address. */
const HTML = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }

const get = (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
  fetch(`${stage.url}${path}`, { headers, method })

/** The whole answer to a request as it is: fetch would tidy up its path, and not let itself be asked to revalidate. */
async function getRaw(path: string, header = 'Accept: text/html'): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(stage.url)
  const socket = connect(Number(port), hostname)
  let text = ''
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n${header}\r\nConnection: close\r\n\r\n`)
  await once(socket, 'close')
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text }
}

describe('the page', () => {
  test.each(['/', '/log-in', '/c/0198/sessions?state=active', '/join', '/s/0198', '/no/such/screen'])(
    'is what a person gets who opens %s',
    async (path) => {
      const answer = await get(path, HTML)
      expect(answer.status).toBe(200)
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(answer.headers.get('cache-control')).toBe('no-cache')
      expect(await answer.text()).toBe(PAGE)
    },
  )

  test('comes for `/` whatever a program says that it accepts', async () => {
    expect(await (await get('/')).text()).toBe(PAGE)
  })

  test('may load and run its own files alone, use camera and microphone, and be framed by nobody', async () => {
    const { headers } = await get('/', HTML)
    const policy = new Map(
      (headers.get('content-security-policy') ?? '').split('; ').map((directive) => {
        const [name = '', ...sources] = directive.split(' ')
        return [name, sources.join(' ')]
      }),
    )
    const own = `'self' ${new URL(stage.server.url).origin}`
    expect(Object.fromEntries(policy)).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'font-src': "'self'",
      'connect-src': own,
      'img-src': `${own} data: blob:`,
      'media-src': `${own} blob:`,
      'form-action': "'none'",
      'base-uri': "'none'",
      'frame-ancestors': "'none'",
    })
    expect(headers.get('permissions-policy')).toBe(
      'camera=(self), microphone=(self), fullscreen=(self), display-capture=(self)',
    )
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('may reach the bucket where recordings are in one', async () => {
    await using other = await startLocalServer({
      env: {
        VIVA_WEB_DIR: join(folder, 'app'),
        VIVA_S3_BUCKET: 'recordings',
        VIVA_S3_REGION: 'eu-central-1',
        VIVA_S3_ACCESS_KEY_ID: 'id',
        VIVA_S3_SECRET_ACCESS_KEY: 'key',
      },
    })
    const policy = (await fetch(other.url, { headers: HTML })).headers.get('content-security-policy') ?? ''
    const bucket = 'https://recordings.s3.eu-central-1.amazonaws.com'
    for (const name of ['connect-src', 'media-src', 'img-src']) {
      expect(policy).toMatch(new RegExp(`${name} [^;]*${bucket.replaceAll('.', '\\.')}`))
    }
    expect(policy).toContain("script-src 'self';")
  })

  test('is not sent again to whoever has it, and HEAD tells of it without it', async () => {
    const first = await get('/', HTML)
    const etag = first.headers.get('etag') ?? ''
    expect(etag).not.toBe('')
    const again = await getRaw('/', `If-None-Match: ${etag}`)
    expect(again.status).toBe(304)
    expect(again.text).toMatch(/^cache-control: no-cache\r$/m)
    expect((await getRaw('/', 'If-None-Match: "another"')).text).toContain(PAGE)
    const head = await get('/log-in', HTML, 'HEAD')
    expect(head.status).toBe(200)
    expect(head.headers.get('content-length')).toBe(String(PAGE.length))
    expect(head.headers.get('etag')).toBe(etag)
    expect(await head.text()).toBe('')
  })
})

describe('files', () => {
  test('whose names change with their contents are kept for a year, others are asked for again', async () => {
    const script = await get('/assets/main-1a2b3c4d.js')
    expect(script.status).toBe(200)
    expect(script.headers.get('content-type')).toMatch(/^\w+\/javascript; charset=utf-8$/)
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(await script.text()).toBe(SCRIPT)
    const icon = await get('/icon.svg')
    expect(icon.headers.get('content-type')).toBe('image/svg+xml')
    expect(icon.headers.get('cache-control')).toBe('no-cache')
  })

  test.each([
    ['br, gzip', 'br', () => brotliCompressSync(SCRIPT).length],
    ['gzip', 'gzip', () => gzipSync(SCRIPT).length],
    ['identity', null, () => SCRIPT.length],
  ])('for who accepts %s come as %s', async (accepted, encoding, size) => {
    const head = await get('/assets/main-1a2b3c4d.js', { 'accept-encoding': accepted }, 'HEAD')
    expect(head.headers.get('content-encoding')).toBe(encoding)
    expect(head.headers.get('content-type')).toMatch(/^\w+\/javascript; charset=utf-8$/)
    expect(head.headers.get('vary')?.toLowerCase()).toContain('accept-encoding')
    expect(head.headers.get('content-length')).toBe(String(size()))
    const whole = await get('/assets/main-1a2b3c4d.js', { 'accept-encoding': accepted })
    expect(await whole.text()).toBe(SCRIPT)
  })
})

describe('what is no page of the app answers like the API', () => {
  test.each([
    ['a missing file', '/assets/main-00000000.js', HTML],
    ['a missing file outside the assets', '/favicon.ico', HTML],
    ['a path below the API', '/trpc', HTML],
    ['a path below the recordings', '/media/x/y', HTML],
    ['a path below the keys', '/.well-known/nothing', HTML],
    ['a program that asks for something', '/log-in', { accept: 'application/json' }],
    ['a program that takes anything', '/c/0198/sessions', { accept: '*/*' }],
    ['a folder', '/assets', HTML],
    ['a folder with a slash', '/assets/', HTML],
  ])('%s', async (_name, path, headers) => {
    const answer = await get(path, headers)
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({ code: 'NOT_FOUND' })
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(answer.headers.get('content-security-policy')).not.toContain('script-src')
  })

  test.each(['POST', 'PUT', 'DELETE'])('%s to a page', async (method) => {
    const answer = await get('/log-in', HTML, method)
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({ code: 'NOT_FOUND' })
  })

  test('an unknown procedure and the health check are what they were', async () => {
    const procedure = await get('/trpc/no.such', HTML)
    expect(procedure.status).toBe(404)
    expect(procedure.headers.get('content-type')).toContain('application/json')
    const live = await get('/livez', HTML)
    expect(await live.json()).toEqual({ live: true })
    expect(live.headers.get('content-security-policy')).not.toContain('script-src')
  })
})

test.each([
  '/../outside.txt',
  '/assets/../../outside.txt',
  '/assets/../index.html',
  '/%2e%2e/outside.txt',
  '/%2e%2e%2foutside.txt',
  '/..%2foutside.txt',
  '/..%5coutside.txt',
  '/..\\outside.txt',
  '/%252e%252e%252foutside.txt',
  '/assets/..%2f..%2foutside.txt',
  '//outside.txt',
  '/./outside.txt',
  '/../app-beside.txt',
  '/.env',
  '/%2eenv',
  '/.vite/manifest.json',
  '/%2evite/manifest.json',
  '/assets/.%2e/.env',
  '/index.html%00.txt',
  '/%zz',
  '/%c0%ae%c0%ae/outside.txt',
  `/${'a/'.repeat(100)}../outside.txt`,
  `/${'x'.repeat(300)}.js`,
])('nothing outside the app and nothing hidden comes for %s', async (path) => {
  const { status, text } = await getRaw(path)
  expect(text).not.toContain(SECRET)
  expect([400, 404]).toContain(status)
  expect(text).toMatch(/"code":"(?:NOT_FOUND|INVALID_INPUT)"/)
})

describe('without an app', () => {
  test('`/` says in plain text what this is, and other addresses are not there', async () => {
    await using other = await startLocalServer({ env: { VIVA_WEB_DIR: 'off' } })
    const landing = await fetch(other.url, { headers: HTML })
    expect(landing.headers.get('content-type')).toContain('text/plain')
    expect(await landing.text()).toContain('This is a Viva server.')
    expect(landing.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect((await fetch(`${other.url}/log-in`, { headers: HTML })).status).toBe(404)
    expect(other.server.hasWebApp).toBe(false)
  })

  test('a folder that holds none is one clear line at the start', async () => {
    const ended = await runProgram('main.ts', { folder, env: { VIVA_WEB_DIR: 'app/assets' } })
    expect(ended.stderr).toMatch(
      /^viva: VIVA_WEB_DIR names \S+app\/assets, which holds no index\.html\.[^\n]*\n$/,
    )
    expect(ended.code).toBe(1)
  })
})
