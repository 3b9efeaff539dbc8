import { parseArgs } from 'node:util'
import { isVivaError } from '@viva/client'
import { play } from './play.ts'
import { say, sayGood } from './print.ts'
import { startOwnServer } from './server.ts'

const USAGE = 'usage: npm run demo [-- --url http://localhost:3000]'

/** Plays the interview against the server that was named, or against one of the demo's own. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { url: { type: 'string' } } })
  const url = values.url ?? process.env['VIVA_URL']
  say('Viva: an interview from sign-up to verified evidence, through @viva/client alone.')
  if (url !== undefined) {
    if (!/^https?:\/\//.test(url)) throw new Error(`${url} is no address of a server; ${USAGE}`)
    say(`Server: ${url}`)
    await play(url)
  } else {
    await using server = await startOwnServer({
      path: process.env['PATH'] ?? '',
      home: process.env['HOME'] ?? '',
    })
    say(`Server: ${server.url}, started for this demo on an empty database of its own`)
    await Promise.race([play(server.url), interrupted()])
    await server.stop()
  }
  sayGood('\nevidence: verified')
}

/** Rejects at the first signal, so that the server is stopped and its data removed before this process ends. */
function interrupted(): Promise<never> {
  return new Promise((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => reject(new Error(`stopped by ${signal}`)))
    }
  })
}

/** One line for a person: what went wrong, and where to look. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const [line = error.name] = error.message.split('\n')
  if (!isVivaError(error)) return line
  const request = error.requestId === null ? '' : `, request ${error.requestId}`
  return `${line} (${error.code}${request})`
}

try {
  await main()
  process.exit(0)
} catch (error) {
  process.stderr.write(`demo: ${explain(error)}\n`)
  process.exit(1)
}
