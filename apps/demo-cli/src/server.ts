import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url))
/** Stops the server when this process is killed without a chance to do so itself. */
const TETHER = new URL('../../../scripts/tether.mjs', import.meta.url).href
const READY_WITHIN_MS = 60_000
const POLL_MS = 50

/** A server that was started for the demo, with a data folder that lives as long as it does. */
export interface OwnServer extends AsyncDisposable {
  readonly url: string
  /** Asks it to stop and removes its data. @throws where it does not end with exit code 0 */
  stop(): Promise<void>
}

/**
 * Starts the server as its users do, on a free port and an embedded database in a temporary folder. Nothing of the
 * environment reaches it: the demo is the same on every machine.
 */
export async function startOwnServer(path: { path: string; home: string }): Promise<OwnServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'viva-demo-'))
  const port = await freePort()
  const url = `http://localhost:${port}`
  const child = spawn(process.execPath, ['--import', TETHER, MAIN], {
    cwd: dataDir,
    env: {
      PATH: path.path,
      HOME: path.home,
      PORT: String(port),
      VIVA_PUBLIC_URL: url,
      VIVA_DATA_DIR: dataDir,
      VIVA_AI_PROVIDERS: 'scripted',
      VIVA_SEED_DEMO: 'false',
      VIVA_LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const complaints: string[] = []
  child.stderr?.on('data', (chunk: Buffer) => complaints.push(chunk.toString()))
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (isRunning()) {
      const closed = once(child, 'close')
      child.kill(signal)
      await closed
    }
    await rm(dataDir, { recursive: true, force: true })
  }

  const server: OwnServer = {
    url,
    async stop() {
      await end('SIGTERM')
      if (child.exitCode !== 0) {
        throw new Error(
          `the server ended with ${child.exitCode ?? child.signalCode}: ${lastLine(complaints)}`,
        )
      }
    },
    [Symbol.asyncDispose]: () => end('SIGKILL'),
  }
  try {
    await untilReady(url, child, complaints)
  } catch (error) {
    await server[Symbol.asyncDispose]()
    throw error
  }
  return server
}

async function untilReady(url: string, child: ChildProcess, complaints: readonly string[]): Promise<void> {
  const latest = performance.now() + READY_WITHIN_MS
  while (performance.now() < latest) {
    if (child.exitCode !== null) throw new Error(`the server did not start: ${lastLine(complaints)}`)
    const isReady = await fetch(`${url}/readyz`).then(
      async (answer) => {
        await answer.body?.cancel()
        return answer.ok
      },
      () => false,
    )
    if (isReady) return
    await wait(POLL_MS)
  }
  throw new Error(`the server was not ready within ${READY_WITHIN_MS / 1000} s: ${lastLine(complaints)}`)
}

function lastLine(complaints: readonly string[]): string {
  return complaints.join('').trim().split('\n').at(-1) || 'it gave no reason'
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port is free')
  server.close()
  await once(server, 'close')
  return address.port
}
