import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

const APP = resolve(import.meta.dirname, '../..')
const BUILT_WITHIN_MS = 300_000

/** Builds the app as it is shipped. In a process of its own: under the test runner's NODE_ENV React would be a slower one. */
export async function buildApp(outDir: string): Promise<void> {
  const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js')
  const args = [vite, 'build', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn']
  const env = { ...process.env, NODE_ENV: 'production' }
  try {
    await promisify(execFile)(process.execPath, args, { cwd: APP, env, timeout: BUILT_WITHIN_MS })
  } catch (error) {
    await rm(outDir, { recursive: true, force: true })
    const written = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
    // The builder's own stack, and this error as a cause, say nothing about the app.
    const said = (written || String(error)).split('\n').filter((line) => !/^ +at /.test(line))
    throw new Error(`the app could not be built:\n${said.join('\n')}`)
  }
}
