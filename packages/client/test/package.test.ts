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
const react = join(stranger, 'react')
let tarball = ''

/** Runs a program to its end; its output where it succeeds. */
function run(command: string, args: string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed (${status}):\n${stdout}${stderr}`)
  return stdout
}

type Manifest = { dependencies: Record<string, string>; peerDependencies: Record<string, string> }
const manifest: Manifest = JSON.parse(readFileSync(join(client, 'package.json'), 'utf8'))

/** What an install would bring; linked, since the registry takes its time. */
function link(names: readonly string[], project: string): void {
  for (const name of names) {
    const target = join(project, 'node_modules', name)
    mkdirSync(dirname(target), { recursive: true })
    symlinkSync(realpathSync(join(client, 'node_modules', name)), target)
  }
}

/** A tool of this package's own. */
const tool = (name: string) => join(client, 'node_modules/.bin', name)

beforeAll(() => {
  run('node', ['build.ts'], client)
  run('pnpm', ['pack', '--pack-destination', stranger], client)
  tarball = join(stranger, readdirSync(stranger).find((name) => name.endsWith('.tgz')) ?? '')
  mkdirSync(installed, { recursive: true })
  run('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed], stranger)
  const needed = Object.keys(manifest.dependencies)
  link([...needed, '@types/node'], stranger)
  cpSync(join(import.meta.dirname, 'consumers'), stranger, { recursive: true })
  // A project of its own: the others have no React.
  cpSync(installed, join(react, 'node_modules/@viva/client'), { recursive: true })
  link([...needed, ...Object.keys(manifest.peerDependencies), '@types/react'], react)
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
    const entries = ['evidence', 'index', 'react', 'schemas']
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
    const needed = Object.keys(manifest.dependencies)
    for (const [file, text] of published()) {
      if (!file.startsWith('dist/')) continue
      // React and its cache are asked for by the entry for React alone.
      const isForReact = /^dist\/react\./.test(file)
      const declared = isForReact ? [...needed, ...Object.keys(manifest.peerDependencies)] : needed
      const specifiers = [
        ...text.matchAll(/^(?:(?:import|export) (?:.*? from )?|\} from )['"]([^'"]+)['"]/gm),
      ]
      for (const [, specifier = ''] of specifiers) {
        const isDeclared = declared.some((name) => specifier === name || specifier.startsWith(`${name}/`))
        expect([file, specifier, isDeclared || specifier.startsWith('./')]).toEqual([file, specifier, true])
      }
    }
  })

  test('holds its error class once, so that an error is one for all entries', () => {
    const modules = [...published()].filter(([file]) => file.endsWith('.js'))
    const holders = modules.filter(([, text]) => /class VivaError |VivaError = class/.test(text))
    expect(holders).toHaveLength(1)
  })

  test('is clean to publint', () => {
    expect(run(tool('publint'), [tarball, '--strict'], stranger)).toContain('All good!')
  })

  test('resolves for every consumer of ES modules, by attw', () => {
    run(tool('attw'), [tarball, '--profile', 'esm-only', '--no-emoji'], stranger)
  })
})

describe("a stranger's project", () => {
  for (const project of ['browser', 'node', 'react']) {
    test(`type-checks against it, its libraries included (${project})`, () => {
      run(tool('tsc'), ['-p', project], stranger)
    })
  }

  test('type-checks also in the newest resolution of Node', () => {
    run(tool('tsc'), ['-p', 'node', '--module', 'nodenext', '--noEmit'], stranger)
  })

  test('type-checks the examples of the readme', () => {
    expect(checkExamples('README.md', 'ts', 'browser')).toBeGreaterThan(1)
  })

  test('type-checks the guide, whose examples go on from one another', () => {
    expect(checkExamples('../../docs/sdk.md', 'ts', 'browser', GUIDE_NAMES)).toBe(1)
  })

  test('type-checks the example of the project’s front page', () => {
    expect(checkExamples('../../README.md', 'ts', 'node')).toBe(1)
  })

  test('type-checks the examples for React, of the readme and of the guide', () => {
    expect(checkExamples('README.md', 'tsx', 'react')).toBeGreaterThan(0)
    expect(checkExamples('../../docs/sdk.md', 'tsx', 'react')).toBeGreaterThan(0)
  })
})

/** What the guide's examples leave to their reader. */
const GUIDE_NAMES = `
import { createViva, type SessionEvent, type User } from '@viva/client'
declare const email: string, password: string, companyId: string, sessionId: string, text: string
declare const lastSeen: number, blob: Blob, candidate: ReturnType<typeof createViva>
declare function render(what: SessionEvent | User | null): void
declare function showSoFar(text: string): void
declare function showBadge(waiting: number): void
declare function show(bytes: number): void
declare function warn(message: string): void
declare function badge(status: string): void
`

/**
 * Type-checks the examples of a page as a project like `like` would hold them.
 *
 * @param names what stands before them, where they make one program together
 * @returns how many programs there are
 */
function checkExamples(page: string, language: 'ts' | 'tsx', like: string, names?: string): number {
  const text = readFileSync(join(client, page), 'utf8')
  const found = [...text.matchAll(/```(\w+)\n(.*?)```/gs)].filter(([, tag]) => tag === language)
  const codes = found.map(([, , code = '']) => code)
  const examples = names === undefined ? codes : [names + codes.join('\n')]
  const folder = mkdtempSync(join(stranger, like, 'examples-'))
  examples.forEach((code, index) => {
    writeFileSync(join(folder, `example-${index}.${language}`), code)
  })
  cpSync(join(stranger, like, 'tsconfig.json'), join(folder, 'tsconfig.json'))
  run(tool('tsc'), ['-p', folder], stranger)
  return examples.length
}

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
  beforeAll(() => {
    run(tool('tsc'), ['-p', 'node'], stranger)
  })

  for (const { version, path } of nodes()) {
    test(`${version} sits an interview with it, and ends by itself`, async () => {
      await using app = await startTestApp()
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

/** A program minified for browsers. @param external what the page has anyway */
async function bundle(contents: string, resolveDir: string, external: string[] = []) {
  const { outputFiles, warnings } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external,
    write: false,
  })
  expect(warnings).toEqual([])
  const [file] = outputFiles
  return { text: file?.text ?? '', bytes: gzipSync(file?.contents ?? '', { level: 9 }).length }
}

/** The whole SDK with all that it needs, minified for browsers and gzipped, in bytes. 1 kB is 1,000 bytes. */
const BUDGET_BYTES = 25_000
/** What the React binding comes to on top, without React and TanStack Query, which the application has. */
const REACT_BUDGET_BYTES = 3_000
const PROGRAM = "import { createViva } from '@viva/client'; globalThis.viva = createViva();"

test(`in a browser it weighs at most ${BUDGET_BYTES} bytes, all in`, async () => {
  const { text, bytes } = await bundle(PROGRAM, stranger)
  process.stdout.write(`@viva/client in a browser: ${bytes} of ${BUDGET_BYTES} bytes gzipped\n`)
  expect(bytes).toBeLessThanOrEqual(BUDGET_BYTES)
  expect(text).not.toContain('ZodType')
})

test(`the React binding adds at most ${REACT_BUDGET_BYTES} bytes`, async () => {
  const peers = Object.keys(manifest.peerDependencies)
  const plain = await bundle(PROGRAM, react, peers)
  const bound = await bundle(
    `${PROGRAM} import * as react from '@viva/client/react'; globalThis.react = react;`,
    react,
    peers,
  )
  const bytes = bound.bytes - plain.bytes
  process.stdout.write(`@viva/client/react on top: ${bytes} of ${REACT_BUDGET_BYTES} bytes gzipped\n`)
  expect(bytes).toBeLessThanOrEqual(REACT_BUDGET_BYTES)
})
