import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, utimes } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')
/** It starts Vite and a server one after the other, which takes long on a busy machine. */
const LONG_MS = 180_000
const START = { timeout: 100_000, interval: 50 }

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viva-dev-'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

/** Starts what `npm run dev` starts, on a port and in a folder of its own. */
function startDev(port: number, env: Record<string, string> = {}) {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [join(ROOT, 'scripts/dev.ts')], {
    cwd: folder,
    env: {
      PATH,
      HOME,
      PORT: String(port),
      VIVA_DATA_DIR: join(folder, 'data'),
      VIVA_LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const keep = (chunk: Buffer): void => {
    output += chunk.toString()
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, output: () => output }
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
  return child.exitCode
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

const refuses = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => false,
    () => true,
  )

describe('the development server', { timeout: LONG_MS }, () => {
  test('has one address for app and server, where a browser can log in; a change restarts the server, and one signal ends both with 0', async () => {
    const port = await freePort()
    const { child, output } = startDev(port)
    const address = `http://localhost:${port}`
    await vi.waitFor(() => expect(output()).toContain('reviewer@example.com'), START)
    expect(output()).toContain(`Viva is at ${address}`)
    expect(output().match(/http:\/\/\S+/g)).toEqual([address])

    const page = await fetch(`${address}/log-in`, { headers: { accept: 'text/html' } })
    expect(await page.text()).toContain('/@vite/client')
    const keys = await fetch(`${address}/.well-known/jwks.json`)
    expect(await keys.json()).toHaveProperty('keys')

    const answer = await fetch(`${address}/trpc/auth.demoAccounts`)
    const { result } = JSON.parse(await answer.text())
    const [{ email, password }] = result.data
    const logIn = await fetch(`${address}/trpc/auth.logIn`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-viva-client': '1', origin: address },
      body: JSON.stringify({ email, password, refreshTransport: 'cookie' }),
    })
    expect(logIn.status).toBe(200)
    expect(logIn.headers.get('set-cookie')).toContain('__Host-viva_refresh=')

    // Closed by the server, which wants tokens at once: so it was the server that took it, through Vite.
    const socket = new WebSocket(`ws://localhost:${port}/trpc?connectionParams=1`)
    const [closed] = await once(socket, 'close')
    expect(closed.code).toBeGreaterThanOrEqual(4000)

    // As an editor does that saves a file.
    const now = new Date()
    await utimes(join(ROOT, 'apps/server/src/main.ts'), now, now)
    await vi.waitFor(() => expect(output().match(/Viva is at/g)).toHaveLength(2), START)
    expect(output()).toContain('The sources have changed: the server starts again.')

    child.kill('SIGINT')
    expect(await exitOf(child)).toBe(0)
    expect(await refuses(address)).toBe(true)
  })

  test('ends with one clear line where the server cannot start, and leaves nothing running', async () => {
    const port = await freePort()
    const { child, output } = startDev(port, { VIVA_LOG_LEVEL: 'loud' })
    expect(await exitOf(child)).toBe(1)
    expect(output()).toMatch(/^viva: .*VIVA_LOG_LEVEL/m)
    expect(output()).toMatch(/^dev: The server has ended with code 1/m)
    expect(await refuses(`http://localhost:${port}`)).toBe(true)
  })

  test('says so where its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    onTestFinished(() => void other.close())
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const { child, output } = startDev(port)
    expect(await exitOf(child)).toBe(1)
    expect(output()).toBe(
      `dev: Port ${port} is in use. Stop the program that has it, or set PORT to another one.\n`,
    )
  })
})
