import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

test('docs/dependencies.md lists exactly what the packages depend on', () => {
  const manifests = globSync('{.,bench,apps/*,packages/*}/package.json', { cwd: root })
  const used = manifests.flatMap((file) => {
    const manifest: Record<string, Record<string, string> | undefined> = JSON.parse(
      readFileSync(join(root, file), 'utf8'),
    )
    return ['dependencies', 'devDependencies', 'peerDependencies'].flatMap((kind) =>
      Object.keys(manifest[kind] ?? {}),
    )
  })
  const external = new Set(used.filter((name) => !name.startsWith('@viva/')))
  const table = readFileSync(join(root, 'docs/dependencies.md'), 'utf8')
  const listed = [...table.matchAll(/^\| `(?<name>[^`]+)` \|/gm)].map((match) => match.groups?.['name'])
  expect(listed.toSorted()).toEqual([...external].sort())
})
