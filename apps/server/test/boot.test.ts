import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTestDatabase } from '@viva/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientOf } from './stage/company.ts'
import { overDatabase } from './stage/database-server.ts'
import { type Ended, runProgram } from './stage/run-program.ts'
import { startVivaProcess, type VivaProcess } from './stage/viva-process.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viva-boot-'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

const start = (env: Record<string, string> = {}): Promise<VivaProcess> =>
  startVivaProcess({ env: { VIVA_DATA_DIR: join(folder, 'data'), VIVA_SEED_DEMO: 'true', ...env } })

/** What a failed start must be like: one line for a person, no stack, an exit code. */
function expectOneLine({ code, stderr }: Ended, words: RegExp): void {
  expect(stderr).toMatch(/^viva: [^\n]+\n$/)
  expect(stderr).toMatch(words)
  expect(stderr).not.toContain('    at ')
  expect(code).toBe(1)
}

describe('the first start on an empty folder', () => {
  let first: VivaProcess
  let logIns: [role: string, email: string, password: string][]

  beforeAll(async () => {
    first = await start()
    logIns = demoLogIns(first.output())
  })

  afterAll(() => first?.[Symbol.asyncDispose]())

  test('prints its address, the AI provider, where data lives, and a log-in for each role', () => {
    expect(first.output()).toContain(`Viva is at ${first.url}`)
    expect(first.output()).toMatch(/AI: +scripted .*does not score/)
    expect(first.output()).toMatch(/Data: +embedded database in .*data/)
    expect(logIns.map(([role]) => role)).toEqual(['admin', 'hr', 'team_lead', 'employee', 'reviewer'])
  })

  test('makes a company with published interviews: one of fixed and AI questions, one by invitation', async () => {
    for (const [role, email, password] of logIns) {
      const { tokens } = await clientOf(first.url).auth.logIn.mutate({ email, password })
      const api = clientOf(first.url, tokens.accessToken)
      const { memberships } = await api.auth.me.query()
      expect(memberships).toMatchObject([{ companyName: 'Example Company', role }])
      const companyId = memberships[0]?.companyId ?? ''
      const { items } = await api.interviews.list.query({ companyId })
      expect(items.map(({ publishedVersion }) => publishedVersion)).toEqual([1, 1])
      for (const { id, open } of items) {
        const { definition } = await api.interviews.get.query({ companyId, interviewId: id })
        const kinds = new Set(definition.questions.map(({ kind }) => kind))
        expect(kinds).toEqual(new Set(open ? ['fixed', 'ai'] : ['fixed']))
        expect(definition.rubric.length).toBeGreaterThan(0)
      }
      expect(items.filter(({ open }) => open)).toHaveLength(1)
    }
  })

  test('keeps its secret in a file that only its owner may read', async () => {
    const path = join(folder, 'data', 'secret')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const secret = (await readFile(path, 'utf8')).trim()
    expect(secret.length).toBeGreaterThanOrEqual(32)
    expect(first.output()).not.toContain(secret)
  })

  test('holds its folder: a second instance on it says so in one line', async () => {
    const ended = await runProgram('main.ts', {
      folder,
      env: { PORT: '0', VIVA_DATA_DIR: join(folder, 'data') },
    })
    expectOneLine(ended, /data folder .* is in use by process \d+/)
  })

  test('ends with 0 when asked to, and a second start has the same log-ins and all the data', async () => {
    expect(await first.stop()).toBe(0)
    await using second = await start()
    expect(demoLogIns(second.output())).toEqual(logIns)
    const [, email = '', password = ''] = logIns[0] ?? []
    const { tokens } = await clientOf(second.url).auth.logIn.mutate({ email, password })
    const { memberships } = await clientOf(second.url, tokens.accessToken).auth.me.query()
    expect(memberships).toHaveLength(1)
  })
})

test('a second signal ends a server that drains at once', async () => {
  await using database = await createTestDatabase()
  const env = { ...overDatabase(database), VIVA_DRAIN_DELAY_SECONDS: '600', VIVA_LOG_LEVEL: 'info' }
  await using server = await startVivaProcess({ env })
  const ended = server.stop()
  await expect.poll(() => server.output()).toContain('"msg":"draining"')
  void server.stop()
  expect(await ended).toBe(130)
})

function demoLogIns(output: string): [string, string, string][] {
  return [...output.matchAll(/^ {4}(\w+) +(\S+@example\.com) +(\S+)$/gm)].map(
    ([, role = '', email = '', password = '']) => [role, email, password],
  )
}

describe('a start that cannot succeed says why in one line', () => {
  test('the port is in use', async () => {
    await using database = await createTestDatabase()
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    const ended = await runProgram('main.ts', { folder, env: { ...overDatabase(database), PORT: port } })
    other.close()
    expectOneLine(ended, new RegExp(`Port ${port} is in use`))
  })

  test('settings are wrong or missing: all of them, by name', async () => {
    const ended = await runProgram('main.ts', {
      folder,
      env: { PORT: 'http', VIVA_LOG_LEVEL: 'loud', DATABASE_URL: 'postgres://viva:hunter2@db/viva' },
    })
    expectOneLine(ended, /PORT .*VIVA_LOG_LEVEL .*VIVA_SECRET is missing/)
    expect(ended.stderr).not.toContain('hunter2')
  })

  test('.env cannot be read', async () => {
    const place = join(folder, 'unreadable')
    await mkdir(join(place, '.env'), { recursive: true })
    expectOneLine(await runProgram('main.ts', { folder: place }), /\.env cannot be read \(EISDIR\)/)
  })

  test('.env is read, and what the environment says wins over it', async () => {
    const place = join(folder, 'with-env')
    await mkdir(place)
    await writeFile(join(place, '.env'), 'PORT=from-the-file\nVIVA_LOG_LEVEL=loud\n')
    const ended = await runProgram('main.ts', { folder: place, env: { PORT: '0' } })
    expectOneLine(ended, /VIVA_LOG_LEVEL/)
    expect(ended.stderr).not.toContain('PORT must')
  })

  test('the database does not answer', async () => {
    const ended = await runProgram('main.ts', {
      folder,
      env: { DATABASE_URL: 'postgres://viva:hunter2@127.0.0.1:1/viva', VIVA_SECRET: 'x'.repeat(40) },
    })
    expectOneLine(ended, /database 127\.0\.0\.1:1\/viva cannot be reached \(ECONNREFUSED\)/)
    expect(ended.stderr).not.toContain('hunter2')
  })

  test('Redis does not answer', async () => {
    await using database = await createTestDatabase()
    const env = { ...overDatabase(database), PORT: '0', REDIS_URL: 'redis://:hunter2@127.0.0.1:1' }
    const ended = await runProgram('main.ts', { folder, env })
    expectOneLine(ended, /Redis at 127\.0\.0\.1:1 cannot be reached/)
    expect(ended.stderr).not.toContain('hunter2')
  })

  test('the secret is not the one that the database was set up with', async () => {
    await using database = await createTestDatabase()
    const env = { ...overDatabase(database), PORT: '0' }
    const rotated = await runProgram('cli.ts', { folder, args: ['keys', 'rotate'], env })
    expect(rotated.code).toBe(0)
    const ended = await runProgram('main.ts', { folder, env: { ...env, VIVA_SECRET: 'y'.repeat(40) } })
    expectOneLine(ended, /secret does not open signing key/)
  })
})
