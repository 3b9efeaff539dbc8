import { pathToFileURL } from 'node:url'
import { type Env, parseEnv, readEnvironment } from './env.ts'
import { explain } from './explain.ts'
import { lowerPoolPriority } from './pool-priority.ts'
import { type RunningServer, startServer } from './start-server.ts'

/** Starts the server, tells a person what they need, and stops it on the first signal; the second stops at once. */
async function main(): Promise<void> {
  const env = parseEnv(readEnvironment())
  const stop = stopSignal()
  const server = await startServer(env)
  lowerPoolPriority()
  process.stdout.write(welcome(env, server))
  const error = await Promise.race([stop, server.broken])
  await server.close()
  if (error instanceof Error) throw error
}

/** Resolves at the first SIGINT or SIGTERM. A second one ends the process as impatience asks for. */
function stopSignal(): Promise<null> {
  return new Promise((resolve) => {
    let signals = 0
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        signals += 1
        if (signals > 1) process.exit(130)
        resolve(null)
      })
    }
  })
}

/** Plain lines for a person; the log after them is for machines. */
function welcome(env: Env, server: RunningServer): string {
  const [ai] = server.ctx.ai
  const lines = [
    '',
    `  Viva is at ${server.url}${server.hasWebApp ? ' (open it in a browser)' : ''}`,
    '',
    `  AI:   ${ai ? `${ai.name} (${ai.model})` : 'none'}${ai?.canScore ? '' : ', which asks questions and does not score'}`,
    `  Data: ${env.database ? `Postgres at ${new URL(env.database.url).host}` : `embedded database in ${server.dataDir}`}`,
  ]
  if (server.demo.length > 0) {
    lines.push('', '  Demo log-ins (Example Company):')
    for (const { role, email, password } of server.demo) {
      lines.push(`    ${role.padEnd(10)} ${email.padEnd(24)} ${password}`)
    }
  }
  return `${lines.join('\n')}\n\n`
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await main()
    process.exit(0)
  } catch (error) {
    process.stderr.write(`viva: ${explain(error)}\n`)
    process.exit(1)
  }
}
