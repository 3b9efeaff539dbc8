import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const client = fileURLToPath(new URL('../../../packages/client', import.meta.url))
const bin = join(client, 'node_modules/.bin')

interface Manifest {
  dependencies: Record<string, string>
  publishConfig: { exports: unknown }
}

/**
 * Makes two projects in `folder`, of strangers to this workspace: `consumer` uses the SDK as published, `empty` nothing.
 * Both have the same settings, and both check their libraries too.
 */
export function makeConsumers(folder: string): void {
  run('node', ['build.ts'], client)
  const installed = join(folder, 'node_modules/@viva/client')
  cpSync(join(client, 'dist'), join(installed, 'dist'), { recursive: true })
  const manifest: Manifest = JSON.parse(readFileSync(join(client, 'package.json'), 'utf8'))
  writeFileSync(
    join(installed, 'package.json'),
    JSON.stringify({ ...manifest, exports: manifest.publishConfig.exports }),
  )
  for (const name of [...Object.keys(manifest.dependencies), '@types/node']) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(realpathSync(join(client, 'node_modules', name)), link)
  }
  const project = join(client, 'test/consumers/browser')
  cpSync(project, join(folder, 'consumer'), { recursive: true })
  mkdirSync(join(folder, 'empty'))
  cpSync(join(project, 'tsconfig.json'), join(folder, 'empty/tsconfig.json'))
  writeFileSync(join(folder, 'empty/main.ts'), 'export const answer: number = 42\n')
}

/** Type-checks one of the projects; resolves with the time in ms. */
export function typeCheck(folder: string, project: 'consumer' | 'empty'): number {
  const start = performance.now()
  run(join(bin, 'tsc'), ['-p', project], folder)
  return performance.now() - start
}

function run(command: string, args: string[], cwd: string): void {
  const env = { ...process.env, PATH: [bin, process.env['PATH']].join(delimiter) }
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`)
}
