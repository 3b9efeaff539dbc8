import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'

const SOURCES = resolve(import.meta.dirname, '../../src')

/** How a program ended, and what it said. */
export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/**
 * Runs one of the server's programs to its end, in a folder and with an environment that hold nothing but what the
 * test gives.
 */
export async function runProgram(
  program: 'main.ts' | 'cli.ts',
  options: { folder: string; args?: readonly string[]; env?: Record<string, string> },
): Promise<Ended> {
  const { folder, args = [], env = {} } = options
  const child = spawn(process.execPath, [resolve(SOURCES, program), ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A program that should have ended by itself must not outlive its test.
    timeout: 25_000,
    killSignal: 'SIGKILL',
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  await once(child, 'close')
  return { code: child.exitCode, stdout, stderr }
}
