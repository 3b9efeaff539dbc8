import { describe, expect, test } from 'vitest'
import { findViolations } from './import-rules.ts'

/** What the checker says about files with the given texts. */
const messages = (files: Record<string, string>) =>
  findViolations(new Map(Object.entries(files))).map(({ message }) => message)

const router = 'packages/api/src/domains/sessions/router.ts'
const verb = 'packages/api/src/domains/sessions/start.ts'

describe('each planted violation is refused, and the message says why', () => {
  test.each([
    ['a path into another package', verb, `import '../../../../db/src/index.ts'`, /by its name/],
    ['a package that imports an app', 'packages/db/src/a.ts', `import '@viva/server'`, /never import apps/],
    ['db importing a package', 'packages/db/src/a.ts', `import '@viva/evidence'`, /import no package/],
    ['evidence importing a package', 'packages/evidence/src/a.ts', `import '@viva/api'`, /import no package/],
    ['evidence importing Node', 'packages/evidence/src/a.ts', `import 'node:fs'`, /nothing of Node/],
    ['api importing the client', verb, `import '@viva/client'`, /@viva\/db and @viva\/evidence alone/],
    ['contract importing Node', 'packages/api/src/contract/a.ts', `import 'node:crypto'`, /runs in browsers/],
    [
      'contract importing core',
      'packages/api/src/contract/a.ts',
      `import '../core/a.ts'`,
      /runs in browsers/,
    ],
    ['a verb importing tRPC', verb, `import { TRPCError } from '@trpc/server'`, /free of the transport/],
    ['a verb importing a part of tRPC', verb, `import '@trpc/server/http'`, /free of the transport/],
    ['core importing tRPC', 'packages/api/src/core/a.ts', `import '@trpc/server'`, /free of the transport/],
    ['a router importing Drizzle', router, `import { eq } from 'drizzle-orm'`, /holds no queries/],
    ['a router importing the schema', router, `import '@viva/db/schema'`, /holds no queries/],
    [
      'core importing a domain',
      'packages/api/src/core/a.ts',
      `import '../domains/auth/index.ts'`,
      /no domain/,
    ],
    ['a domain inside another', verb, `import type { A } from '../auth/a.ts'`, /index\.ts/],
    [
      'the client loading api',
      'packages/client/src/a.ts',
      `import { a } from '@viva/api'`,
      /ships to browsers/,
    ],
    ['the client importing db', 'packages/client/src/a.ts', `import '@viva/db'`, /ships to browsers/],
    [
      'a demo importing api',
      'apps/demo-web/src/a.tsx',
      `import type { A } from '@viva/api'`,
      /every user of the SDK/,
    ],
  ])('%s', (_, file, source, message) => {
    expect(messages({ [file]: source })).toContainEqual(expect.stringMatching(message))
  })

  test.each([
    `import { type A } from '@viva/api'`,
    `import '@viva/api'`,
    `export { a } from '@viva/api'`,
    `export * from '@viva/api'`,
    `const api = await import('@viva/api')`,
  ])('every form that loads the server into the client: %s', (source) => {
    expect(messages({ 'packages/client/src/a.ts': source })).toHaveLength(1)
  })

  test('domains in a cycle, however long', () => {
    const found = messages({
      'packages/api/src/domains/a/x.ts': `import '../b/index.ts'`,
      'packages/api/src/domains/b/x.ts': `import type { C } from '../c/index.ts'`,
      'packages/api/src/domains/c/x.ts': `import '../a/index.ts'`,
    })
    expect(found).toHaveLength(3)
    expect(found[0]).toContain('a → b → c → a')
  })
})

describe('what the rules allow', () => {
  test.each([
    [router, `import { router } from '@trpc/server'\nimport { start } from './start.ts'`],
    ['packages/api/src/trpc/init.ts', `import { initTRPC } from '@trpc/server'`],
    ['packages/api/src/root.ts', `import '@trpc/server'\nimport './domains/sessions/router.ts'`],
    [verb, `import { a } from '../auth/index.ts'\nimport { b } from '../../core/b.ts'\nimport '@viva/db'`],
    ['packages/client/src/a.ts', `import type { A } from '@viva/api'\nimport '@viva/api/contract/schemas'`],
    ['packages/client/src/a.ts', `type A = import('@viva/api').A\nexport type { B } from '@viva/api'`],
    ['packages/client/src/a.test.ts', `import { startApp } from '@viva/api/testing'`],
    ['apps/server/src/main.ts', `import '@viva/api'\nimport '@viva/db'\nimport '@trpc/server/adapters/ws'`],
    ['apps/demo-web/src/a.tsx', `import '@viva/client/react'`],
    ['packages/evidence/src/a.test.ts', `import 'node:fs'`],
  ])('%s with %s', (file, source) => {
    expect(messages({ [file]: source })).toEqual([])
  })

  test('one domain on another, one way', () => {
    const found = messages({
      'packages/api/src/domains/a/x.ts': `import '../b/index.ts'`,
      'packages/api/src/domains/b/x.ts': `import '../c/index.ts'`,
      'packages/api/src/domains/a/y.ts': `import '../c/index.ts'`,
    })
    expect(found).toEqual([])
  })
})

test('a file that cannot be parsed is an error, not a file without imports', () => {
  expect(() => messages({ [verb]: 'import {' })).toThrow(verb)
})
