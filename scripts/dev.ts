// `npm run dev`: the server, started again at each change of its sources, and in front of it Vite, which brings changes
// of the web app into open pages. The two have one address, that of `npm start`, so that cookies, links and the SDK's
// examples work alike. They end together, with this process or with each other.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, watch } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const ROOT = resolve(import.meta.dirname, '..')
const WEB = join(ROOT, 'apps/demo-web')
/** What the server runs from. The SDK is the web app's, and Vite watches that. */
const SOURCES = ['apps/server', 'packages/api', 'packages/db', 'packages/evidence']
const POLL_MS = 50
/** How long an editor may take to save several files. */
const SETTLE_MS = 150

/** What a person can mend, in one line. */
class Mistake extends Error {}

const children = new Set<ChildProcess>()
const stopping = new AbortController()
const stopped = once(stopping.signal, 'abort').then(() => null)

/** Starts a Node program that ends when this process is killed outright, and that hears signals from here alone. */
function start(program: string, args: string[], env: Record<string, string>): ChildProcess {
  const tether = join(ROOT, 'scripts/tether.mjs')
  const child = spawn(process.execPath, ['--import', tether, program, ...args], {
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  children.add(child)
  child.once('close', () => children.delete(child))
  return child
}

const isRunning = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null

/** Resolves when a child has ended, with how. */
async function endOf(child: ChildProcess): Promise<string> {
  if (isRunning(child)) await once(child, 'close')
  return child.signalCode ?? `code ${child.exitCode}`
}

/** Resolves with true once a child answers at `url`, with false where it ends before. */
async function answers(child: ChildProcess, url: string): Promise<boolean> {
  while (isRunning(child)) {
    const isUp = await fetch(url).then(
      async (answer) => {
        await answer.body?.cancel()
        return true
      },
      () => false,
    )
    if (isUp) return true
    await wait(POLL_MS)
  }
  return false
}

/** Resolves with the port itself, or with a free one for 0, if nobody listens on it. */
async function freePort(port: number): Promise<number> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new Mistake(`Port ${port} is in use. Stop the program that has it, or set PORT to another one.`, {
      cause: error,
    })
  }
  const address = server.address()
  server.close()
  await once(server, 'close')
  return address !== null && typeof address === 'object' ? address.port : port
}

/** Gives a function that resolves at the next change of what the server runs from. */
function watchSources(): () => Promise<void> {
  let next = Promise.withResolvers<void>()
  let timer: NodeJS.Timeout | undefined
  const changed = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      next.resolve()
      next = Promise.withResolvers()
    }, SETTLE_MS)
  }
  for (const folder of SOURCES) {
    for (const part of ['src', 'migrations']) {
      const path = join(ROOT, folder, part)
      if (!existsSync(path)) continue
      watch(path, { recursive: true }, (_event, name) => {
        if (!/\.test\.ts$|~$/.test(name ?? '')) changed()
      })
    }
  }
  return () => next.promise
}

/** Runs the server, again at each change, until it ends by itself without one. */
async function serve(port: number, env: Record<string, string>): Promise<never> {
  const nextChange = watchSources()
  for (let isFirst = true; ; isFirst = false) {
    const change = nextChange()
    const server = start(join(ROOT, 'apps/server/src/main.ts'), [], { ...env, PORT: String(port) })
    const hasStarted = answers(server, `http://127.0.0.1:${port}/livez`)
    const end = await Promise.race([endOf(server), change])
    if (end === undefined) {
      console.log('The sources have changed: the server starts again.')
      server.kill('SIGTERM')
      await endOf(server)
    } else if (isFirst || (await hasStarted)) {
      throw new Mistake(`The server has ended with ${end}, and so the development server ends too.`)
    } else {
      // Whoever is in the middle of a change has not finished it yet.
      console.log(`The server did not start (${end}). It tries again at the next change.`)
      await change
    }
  }
}

async function develop(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env')
  const { PORT } = process.env
  const wanted = Number(PORT || 3000)
  if (!(Number.isInteger(wanted) && wanted >= 0 && wanted < 65_536)) {
    throw new Mistake('PORT must be a whole number from 0 to 65535.')
  }
  const port = await freePort(wanted)
  const serverPort = await freePort(0)
  const address = `http://localhost:${port}`
  const vite = start(
    join(WEB, 'node_modules/vite/bin/vite.js'),
    [WEB, '--port', String(port), '--logLevel', 'warn', '--clearScreen', 'false'],
    { VIVA_DEV_SERVER: `http://127.0.0.1:${serverPort}` },
  )
  const viteEnds = endOf(vite).then((end) => {
    throw new Mistake(`Vite has ended with ${end}, and so the server ends too.`)
  })
  // First, so that the address answers by the time that the server tells it.
  await Promise.race([stopped, viteEnds, answers(vite, `http://127.0.0.1:${port}/icon.svg`)])
  if (stopping.signal.aborted) return
  const env = {
    HOST: '127.0.0.1',
    VIVA_PUBLIC_URL: address,
    VIVA_WEB_DIR: 'off',
    VIVA_DRAIN_DELAY_SECONDS: '0',
  }
  await Promise.race([stopped, viteEnds, serve(serverPort, env)])
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // The second time is impatience, which the server understands as such.
    if (stopping.signal.aborted) for (const child of children) child.kill('SIGTERM')
    stopping.abort()
  })
}
let code = 0
try {
  await develop()
} catch (error) {
  if (!(error instanceof Mistake)) throw error
  console.error(`dev: ${error.message}`)
  code = 1
}
for (const child of children) child.kill('SIGTERM')
await Promise.all([...children].map(endOf))
process.exit(code)
