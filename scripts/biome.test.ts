import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const root = join(import.meta.dirname, '..')

/** Plants files in a folder with our lint configuration, and returns which rules refuse which file. */
function lint(files: Record<string, string>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'viva-lint-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const name of ['biome.jsonc', '.gitignore']) copyFileSync(join(root, name), join(folder, name))
  for (const [file, source] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(file)), { recursive: true })
    writeFileSync(join(folder, file), source)
  }
  const biome = join(root, 'node_modules/.bin/biome')
  const args = ['lint', '--reporter=json', '--max-diagnostics=none']
  const { stdout } = spawnSync(biome, args, { cwd: folder, encoding: 'utf8' })
  const { diagnostics }: { diagnostics: { category: string; location: { path: string } }[] } =
    JSON.parse(stdout)
  return diagnostics.map(({ category, location }) => `${location.path}: ${category.split('/').at(-1)}`)
}

test('the environment is read in one place alone', () => {
  const reading = 'export const port = process.env["PORT"]\n'
  const found = lint({
    'apps/demo-web/src/settings.tsx': reading,
    'apps/server/src/env.ts': reading,
    'apps/server/src/main.ts': reading,
    'packages/api/src/core/clock.ts': reading,
    'packages/api/src/core/clock.test.ts': reading,
    'packages/db/drizzle.config.ts': reading,
  })
  expect(found.sort()).toEqual([
    'apps/demo-web/src/settings.tsx: noProcessEnv',
    'apps/server/src/main.ts: noProcessEnv',
    'packages/api/src/core/clock.ts: noProcessEnv',
  ])
})

test('what hides mistakes is refused', () => {
  const sources = {
    noConsole: "console.log('hello')\n",
    noDefaultExport: 'export default 1\n',
    noExplicitAny: 'export const a: any = 1\n',
    noFloatingPromises: 'const f = async () => 1\nexport function g() {\n  f()\n}\n',
    noMisusedPromises: '[1].forEach(async value => {\n  await Promise.resolve(value)\n})\n',
    noNonNullAssertion: 'export const f = (a?: string) => a!.length\n',
    noTsIgnore: '// @ts-ignore\nexport const a: string = 1\n',
    noUndeclaredDependencies: "import { a } from 'undeclared'\nexport const b = a\n",
    useExhaustiveSwitchCases:
      "type A = 'x' | 'y'\nexport function f(a: A) {\n  switch (a) {\n    case 'x':\n      return 1\n  }\n}\n",
    useImportType: "import { A } from './other.ts'\nexport type B = A\n",
  }
  const files = Object.entries(sources).map(([rule, source]) => [`packages/api/src/${rule}.ts`, source])
  const found = lint({
    ...Object.fromEntries(files),
    'packages/api/src/other.ts': 'export type A = 1\n',
    'packages/api/package.json': '{}\n',
    'packages/api/src/cycle/a.ts': "import { b } from './b.ts'\nexport const a = () => b\n",
    'packages/api/src/cycle/b.ts': "import { a } from './a.ts'\nexport const b = () => a\n",
  })
  for (const rule of Object.keys(sources)) expect(found).toContain(`packages/api/src/${rule}.ts: ${rule}`)
  expect(found).toContain('packages/api/src/cycle/a.ts: noImportCycles')
})
