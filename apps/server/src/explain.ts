import { SecretMismatchError } from '@viva/api'
import { DataDirLockedError, MigrationChangedError } from '@viva/db'
import { EnvError } from './env.ts'
import { EnvFileError } from './env-file.ts'
import { DatabaseUnreachableError } from './open-database.ts'
import { RedisUnreachableError } from './open-ports.ts'
import { SecretFileError } from './secret.ts'
import { WebAppError } from './web-app.ts'

/** Faults of the surroundings, whose messages are written for a person. */
const EXPLAINED = [
  EnvError,
  EnvFileError,
  DataDirLockedError,
  DatabaseUnreachableError,
  RedisUnreachableError,
  MigrationChangedError,
  SecretFileError,
  SecretMismatchError,
  WebAppError,
]

/** What went wrong at the start, in one line where a person can mend it, with the stack where only we can. */
export function explain(error: unknown): string {
  if (EXPLAINED.some((type) => error instanceof type) && error instanceof Error) return oneLine(error.message)
  const { code, port, address, path } = factsOf(error)
  if (code === 'EADDRINUSE') {
    return `Port ${port} is in use. Stop the program that has it, or set PORT to another one (0 takes any).`
  }
  if (code === 'EADDRNOTAVAIL') return `This machine has no address ${address}. Set HOST to one that it has.`
  if (code === 'EACCES' && port !== undefined)
    return `Port ${port} may not be opened. Set PORT to one above 1023.`
  if (
    (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR') &&
    path !== undefined
  ) {
    return `${path} cannot be written (${code}). Set VIVA_DATA_DIR to a folder that can.`
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ')
}

/** What Node hangs on an error of the system. */
function factsOf(error: unknown): { code: unknown; port: unknown; address: unknown; path: unknown } {
  const read = (name: string): unknown => (error instanceof Error ? Reflect.get(error, name) : undefined)
  return { code: read('code'), port: read('port'), address: read('address'), path: read('path') }
}
