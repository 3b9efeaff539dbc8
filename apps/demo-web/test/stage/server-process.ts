import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'

const ROOT = resolve(import.meta.dirname, '../../../..')
const MAIN = resolve(ROOT, 'apps/server/src/main.ts')
/** Stops the server when the test's process is killed without a chance to do so itself. */
const TETHER = pathToFileURL(resolve(ROOT, 'scripts/tether.mjs')).href
const READY_WITHIN_MS = 120_000
const POLL_MS = 25

/** A server in a process of its own. */
export interface ServerProcess {
  /** Everything that it wrote until now. */
  output(): string
  /** Ends it as a power cut would. */
  kill(): Promise<void>
}

/** Starts a server and waits until it is ready. Of this process's environment nothing reaches it but PATH and HOME. */
export async function startServerProcess(options: {
  port: number
  /** Its working directory, so that no .env of the developer's is read. */
  folder: string
  env: Record<string, string>
}): Promise<ServerProcess> {
  const { port, folder, env } = options
  const child = spawn(process.execPath, ['--import', TETHER, MAIN], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      HOST: '127.0.0.1',
      PORT: String(port),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const chunks: string[] = []
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk.toString()))
  const output = (): string => chunks.join('')
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null

  async function kill(): Promise<void> {
    if (!isRunning()) return
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
  }

  const latest = performance.now() + READY_WITHIN_MS
  while (isRunning() && performance.now() < latest) {
    if (await answers(`http://127.0.0.1:${port}/readyz`)) return { output, kill }
    await wait(POLL_MS)
  }
  const why = isRunning() ? `was not ready within ${READY_WITHIN_MS} ms` : `ended with ${child.exitCode}`
  await kill()
  throw new Error(`the server ${why}:\n${output()}`)
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url)
    await answer.body?.cancel()
    return answer.ok
  } catch {
    return false
  }
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
