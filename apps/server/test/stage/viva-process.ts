import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const MAIN = resolve(import.meta.dirname, '../../src/main.ts')
const READY_WITHIN_MS = 25_000
const POLL_MS = 25

/** A server in a process of its own, started as a user starts it. */
export interface VivaProcess extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly url: string
  /** Everything that it wrote until now. */
  output(): string
  isRunning(): boolean
  /** Ends it as a power cut would: nothing of it runs after this. */
  kill(): Promise<void>
  /** Ends it in order and gives its exit code. */
  stop(): Promise<number | null>
}

export interface VivaProcessOptions {
  /** Settings beside the port. Nothing of this process's own environment reaches the server but PATH and HOME. */
  env?: Record<string, string>
  /** The port, for a server that comes back where another one was; any free one where absent. */
  port?: number
}

/** Starts a server and waits until it is ready. */
export async function startVivaProcess({ env = {}, port }: VivaProcessOptions = {}): Promise<VivaProcess> {
  // A folder of its own also as the working directory, so that no .env of the developer's is read.
  const folder = await mkdtemp(join(tmpdir(), 'viva-test-'))
  const onPort = port ?? (await freePort())
  const url = `http://127.0.0.1:${onPort}`
  const child = spawn(process.execPath, [MAIN], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      HOST: '127.0.0.1',
      PORT: String(onPort),
      VIVA_PUBLIC_URL: url,
      VIVA_DATA_DIR: join(folder, 'data'),
      VIVA_LOG_LEVEL: 'warn',
      VIVA_SEED_DEMO: 'false',
      VIVA_AI_PROVIDERS: 'scripted',
      VIVA_WEB_DIR: 'off',
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

  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null
  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (isRunning()) {
      const closed = once(child, 'close')
      child.kill(signal)
      await closed
    }
    return child.exitCode
  }

  const started: VivaProcess = {
    url,
    output: () => output,
    isRunning,
    async kill() {
      await end('SIGKILL')
    },
    stop: () => end('SIGTERM'),
    async [Symbol.asyncDispose]() {
      await end('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
  try {
    await untilReady(started, child)
  } catch (error) {
    await started[Symbol.asyncDispose]()
    throw error
  }
  return started
}

async function untilReady(server: VivaProcess, child: ChildProcess): Promise<void> {
  const latest = performance.now() + READY_WITHIN_MS
  while (performance.now() < latest) {
    if (!server.isRunning()) {
      throw new Error(`the server ended with code ${child.exitCode} at its start:\n${server.output()}`)
    }
    const ready = await fetch(`${server.url}/readyz`).then(
      async (answer) => {
        await answer.body?.cancel()
        return answer.ok
      },
      () => false,
    )
    if (ready) return
    await wait(POLL_MS)
  }
  throw new Error(`the server was not ready within ${READY_WITHIN_MS} ms:\n${server.output()}`)
}

/** A port that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port is free')
  server.close()
  await once(server, 'close')
  return address.port
}
