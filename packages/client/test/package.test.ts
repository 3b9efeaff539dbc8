import { spawn, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { startTestApp } from '@viva/api/testing'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** The published package, as a stranger gets it: packed, and unpacked in a project that knows nothing of this one. */
const client = dirname(import.meta.dirname)
const stranger = mkdtempSync(join(tmpdir(), 'viva-client-consumer-'))
const installed = join(stranger, 'node_modules/@viva/client')
let tarball = ''

/** Runs a program to its end; its output where it succeeds. */
function run(command: string, args: string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed (${status}):\n${stdout}${stderr}`)
  return stdout
}

/** A tool of this package's own. */
const tool = (name: string) => join(client, 'node_modules/.bin', name)

beforeAll(() => {
  run('node', ['build.ts'], client)
  run('pnpm', ['pack', '--pack-destination', stranger], client)
  tarball = join(stranger, readdirSync(stranger).find((name) => name.endsWith('.tgz')) ?? '')
  mkdirSync(installed, { recursive: true })
  run('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed], stranger)
  const manifest: { dependencies: Record<string, string> } = JSON.parse(
    readFileSync(join(installed, 'package.json'), 'utf8'),
  )
  // What an install would bring; linked, since the registry takes its time.
  for (const name of [...Object.keys(manifest.dependencies), '@types/node']) {
    const link = join(stranger, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(realpathSync(join(client, 'node_modules', name)), link)
  }
  cpSync(join(import.meta.dirname, 'consumers'), stranger, { recursive: true })
}, 180_000)
afterAll(() => rmSync(stranger, { recursive: true, force: true }))

/** Everything that is published, by its path in the package. */
function published(): Map<string, string> {
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' })
  return new Map(
    files
      .filter((file) => /\.\w+$/.test(file) && !file.startsWith('node_modules'))
      .map((file) => [file, readFileSync(join(installed, file), 'utf8')]),
  )
}

describe('the package', () => {
  test('holds its entries, a readme and a license, and nothing else', () => {
    const names = readdirSync(installed).sort()
    expect(names).toEqual(['LICENSE', 'README.md', 'dist', 'package.json'])
    const dist = readdirSync(join(installed, 'dist')).filter((name) => !name.startsWith('shared-'))
    const entries = ['evidence', 'index', 'schemas']
    expect(dist.sort()).toEqual(entries.flatMap((entry) => [`${entry}.d.ts`, `${entry}.js`]))
  })

  test('holds no server code, no server types and no package that only the workspace has', () => {
    const serverOnly =
      /drizzle|postgres|fastify|argon2|PGlite|node:|@viva\/(?:api|db|evidence)|TransportContext|PasswordHasher|RateLimiter|KeyRing|signing_keys|session_heads/
    for (const [file, text] of published()) {
      if (file === 'package.json') continue
      expect([file, serverOnly.exec(text)?.[0]]).toEqual([file, undefined])
    }
  })

  test('imports only what it declares', () => {
    const manifest: { dependencies: Record<string, string> } = JSON.parse(
      readFileSync(join(installed, 'package.json'), 'utf8'),
    )
    const declared = Object.keys(manifest.dependencies)
    for (const [file, text] of published()) {
      if (!file.startsWith('dist/')) continue
      const specifiers = [...text.matchAll(/^(?:import|export) (?:.*? from )?['"]([^'"]+)['"]/gm)]
      for (const [, specifier = ''] of specifiers) {
        const isDeclared = declared.some((name) => specifier === name || specifier.startsWith(`${name}/`))
        expect([file, specifier, isDeclared || specifier.startsWith('./')]).toEqual([file, specifier, true])
      }
    }
  })

  test('is clean to publint', () => {
    expect(run(tool('publint'), [tarball, '--strict'], stranger)).toContain('All good!')
  })

  test('resolves for every consumer of ES modules, by attw', () => {
    run(tool('attw'), [tarball, '--profile', 'esm-only', '--no-emoji'], stranger)
  })
})

describe("a stranger's project", () => {
  for (const project of ['browser', 'node']) {
    test(`type-checks against it, its libraries included (${project})`, () => {
      run(tool('tsc'), ['-p', project], stranger)
    })
  }

  test('type-checks also in the newest resolution of Node', () => {
    run(tool('tsc'), ['-p', 'node', '--module', 'nodenext', '--noEmit'], stranger)
  })

  test('type-checks the examples of the readme', () => {
    const readme = readFileSync(join(client, 'README.md'), 'utf8')
    const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code)
    expect(examples.length).toBeGreaterThan(1)
    const folder = join(stranger, 'readme')
    mkdirSync(folder)
    examples.forEach((code, index) => {
      writeFileSync(join(folder, `example-${index}.ts`), code)
    })
    cpSync(join(stranger, 'browser/tsconfig.json'), join(folder, 'tsconfig.json'))
    run(tool('tsc'), ['-p', 'readme'], stranger)
  })
})

/** One Node of each major version on the path, from the oldest that is supported on. */
function nodes(): { version: string; path: string }[] {
  const found = new Map<string, string>()
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  for (const path of [process.execPath, ...folders.map((folder) => join(folder, 'node')), '/usr/bin/node']) {
    if (!existsSync(path)) continue
    const version = spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout.trim()
    const major = /^v(\d+)/.exec(version)?.[1]
    if (major !== undefined && Number(major) >= 20 && !found.has(major)) found.set(major, path)
  }
  return [...found].map(([version, path]) => ({ version, path }))
}

describe('plain Node', () => {
  for (const { version, path } of nodes()) {
    test(`${version} sits an interview with it, and ends by itself`, async () => {
      await using app = await startTestApp()
      run(tool('tsc'), ['-p', 'node'], stranger)
      const child = spawn(path, ['out/main.js', app.url], { cwd: join(stranger, 'node') })
      let output = ''
      child.stdout.on('data', (chunk) => {
        output += chunk
      })
      child.stderr.on('data', (chunk) => {
        output += chunk
      })
      const code = await new Promise((resolve) => child.once('close', resolve))
      expect([code, output]).toEqual([0, expect.stringMatching(/^\{.*\}\n$/)])
      expect(JSON.parse(output)).toEqual({
        state: 'completed',
        answers: 1,
        signals: 1,
        inOrder: true,
        refused: 'completed',
        verified: true,
      })
    })
  }
})

/** The whole SDK with all that it needs, minified for browsers and gzipped, in bytes. 1 kB is 1,000 bytes. */
const BUDGET_BYTES = 25_000

test(`in a browser it weighs at most ${BUDGET_BYTES} bytes, all in`, async () => {
  const bundle = await build({
    stdin: {
      contents: "import { createViva } from '@viva/client'; globalThis.viva = createViva()",
      resolveDir: stranger,
    },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
  })
  const [file] = bundle.outputFiles
  const bytes = gzipSync(file?.contents ?? '', { level: 9 }).length
  process.stdout.write(`@viva/client in a browser: ${bytes} of ${BUDGET_BYTES} bytes gzipped\n`)
  expect(bundle.warnings).toEqual([])
  expect(bytes).toBeLessThanOrEqual(BUDGET_BYTES)
  expect(file?.text).not.toContain('ZodType')
})
