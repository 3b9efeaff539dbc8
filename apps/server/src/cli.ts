#!/usr/bin/env node
import { EvidenceError } from '@viva/evidence'
import { FileError, verifyCommand } from './verify-command.ts'

const USAGE = `viva: administration of a Viva server

  viva migrate                 bring the database up to date
  viva seed                    make the demo company: users, interviews, a finished session
  viva verify FILE [options]   verify an exported evidence bundle, without a server
      --keys FILE              the installation's JWKS (from /.well-known/jwks.json), got by a way that you trust
      --issuer URL             who must have sealed it
  viva keys rotate             retire the active signing key and promote the next one

The settings are those of the server: see .env.example. On the embedded database, stop the server first.
`

/** Runs one command. Null where there is no such one. */
async function run([command, ...rest]: readonly string[]): Promise<{ text: string; ok: boolean } | null> {
  if (command === 'help' || command === '--help' || command === '-h') return { text: USAGE, ok: true }
  if (command === 'verify') return verifyCommand(rest)
  const name = [command, ...rest].join(' ')
  if (name !== 'migrate' && name !== 'seed' && name !== 'keys rotate') return null
  // Verifying needs none of the server, whose modules take a second to load.
  const commands = await import('./database-commands.ts')
  const work = {
    migrate: commands.migrateCommand,
    seed: commands.seedCommand,
    'keys rotate': commands.rotateCommand,
  }[name]
  return { text: `${await work()}\n`, ok: true }
}

/** Mistakes of whoever typed the command. */
function isMistake(error: unknown): error is Error {
  if (error instanceof EvidenceError || error instanceof FileError) return true
  if (!(error instanceof Error && 'code' in error)) return false
  return error.code === 'ENOENT' || error.code === 'EISDIR' || String(error.code).startsWith('ERR_PARSE_ARGS')
}

try {
  const { text, ok } = (await run(process.argv.slice(2))) ?? { text: USAGE, ok: false }
  process[ok ? 'stdout' : 'stderr'].write(text)
  process.exitCode = ok ? 0 : 1
} catch (error) {
  const message = isMistake(error) ? error.message : (await import('./explain.ts')).explain(error)
  process.stderr.write(`viva: ${message}\n`)
  process.exitCode = 2
}
