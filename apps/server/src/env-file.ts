import { readFileSync } from 'node:fs'
import { parseEnv as parseFile } from 'node:util'

/** The .env file is there and cannot be used. */
export class EnvFileError extends Error {
  override readonly name = 'EnvFileError'
}

/**
 * The variables of a `.env` file; none where there is no such file.
 *
 * @throws EnvFileError where it is there and cannot be read
 */
export function readEnvFile(path: string): Record<string, string | undefined> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    if (code === 'ENOENT') return {}
    throw new EnvFileError(`${path} cannot be read (${code}).`, { cause: error })
  }
  const variables = parseFile(text)
  if (variables['UV_THREADPOOL_SIZE']) {
    throw new EnvFileError(
      `UV_THREADPOOL_SIZE in ${path} comes too late: Node reads it when it starts. Set it in the environment itself.`,
    )
  }
  return variables
}
