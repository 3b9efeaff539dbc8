import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ENV_NAMES, EnvError, parseEnv } from './env.ts'

function problemsOf(source: Record<string, string>): readonly string[] {
  try {
    parseEnv(source)
  } catch (error) {
    if (error instanceof EnvError) return error.problems
    throw error
  }
  return []
}

test('an empty environment runs on the embedded database, with the demo and the scripted provider', () => {
  const env = parseEnv({})
  expect(env).toMatchObject({
    port: 3000,
    host: '127.0.0.1',
    database: null,
    seedDemo: true,
    trustProxy: false,
  })
  expect(env.aiProviders).toEqual([{ kind: 'scripted' }])
  expect(Object.isFrozen(env)).toBe(true)
})

test('an empty variable counts as unset', () => {
  expect(parseEnv({ PORT: '', REDIS_URL: '', VIVA_AI_PROVIDERS: '' })).toEqual(parseEnv({}))
})

test('every problem is reported at once, by name, without its value', () => {
  const source = {
    PORT: '99999',
    VIVA_LOG_LEVEL: 'loud',
    VIVA_CORS_ORIGINS: 'https://ok.example, *',
    VIVA_TRUST_PROXY: '10.0.0.0/99',
    DATABASE_URL: 'mysql://user:hunter2@db/viva',
    VIVA_SECRET: 'too short',
    VIVA_PUBLIC_URL: 'https://viva.example/path',
    VIVA_SEED_DEMO: 'yes',
  }
  const problems = problemsOf(source)
  expect(problems.map((problem) => problem.split(' ')[0]).toSorted()).toEqual(Object.keys(source).toSorted())
  expect(problems.join()).not.toMatch(/hunter2|too short|loud/)
})

test('with DATABASE_URL a missing secret is an error, since every instance needs the same', () => {
  const problems = problemsOf({ DATABASE_URL: 'postgres://viva@db/viva' })
  expect(problems).toHaveLength(1)
  expect(problems[0]).toContain('VIVA_SECRET is missing')
})

test('what is wrong does not hide what is missing', () => {
  const problems = problemsOf({ PORT: 'x', DATABASE_URL: 'postgres://viva@db/viva', VIVA_S3_BUCKET: 'b' })
  expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
    'PORT',
    'VIVA_SECRET',
    'VIVA_S3_ACCESS_KEY_ID',
    'VIVA_S3_SECRET_ACCESS_KEY',
  ])
})

test('with DATABASE_URL nothing is seeded unless asked for', () => {
  const source = { DATABASE_URL: 'postgres://viva@db/viva', VIVA_SECRET: 'x'.repeat(32) }
  expect(parseEnv(source)).toMatchObject({ seedDemo: false, database: { directUrl: source.DATABASE_URL } })
  expect(parseEnv({ ...source, VIVA_SEED_DEMO: 'true' }).seedDemo).toBe(true)
})

test('the log-ins of the demo are for this machine where nobody else can reach the server, or as somebody says', () => {
  const shownTo = (source: Record<string, string>): string => parseEnv(source).demoLogIns
  expect(shownTo({})).toBe('this-machine')
  for (const HOST of ['127.0.0.1', '127.0.0.53', '::1', 'localhost']) {
    expect(shownTo({ HOST, VIVA_PUBLIC_URL: 'http://localhost:3000' })).toBe('this-machine')
  }
  for (const HOST of ['0.0.0.0', '::', '192.168.1.2', '127.0.0.1.example.com', 'viva']) {
    expect(shownTo({ HOST })).toBe('nobody')
  }
  // On a loopback address with a proxy in front everybody can reach it.
  expect(shownTo({ VIVA_PUBLIC_URL: 'https://viva.example' })).toBe('nobody')
  expect(shownTo({ VIVA_TRUST_PROXY: '1' })).toBe('nobody')
  expect(shownTo({ VIVA_TRUST_PROXY: '127.0.0.1' })).toBe('nobody')
  expect(shownTo({ HOST: '0.0.0.0', VIVA_DEMO_LOG_INS: 'true' })).toBe('everybody')
  expect(shownTo({ VIVA_DEMO_LOG_INS: 'false' })).toBe('nobody')
})

test('providers are tried in the order given, or those that have a key and then scripted', () => {
  const keys = { GEMINI_API_KEY: 'g', OPENAI_API_KEY: 'o' }
  const kinds = (source: Record<string, string>) => parseEnv(source).aiProviders.map(({ kind }) => kind)
  expect(kinds(keys)).toEqual(['openai', 'gemini', 'scripted'])
  expect(kinds({ ...keys, VIVA_AI_PROVIDERS: 'gemini,openai' })).toEqual(['gemini', 'openai'])
  expect(kinds({ OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1' })).toEqual(['openai', 'scripted'])
  expect(problemsOf({ VIVA_AI_PROVIDERS: 'scripted,hal' })).toHaveLength(1)
  expect(problemsOf({ VIVA_AI_PROVIDERS: 'gemini' })[0]).toContain('GEMINI_API_KEY is missing')
})

test('a proxy is trusted by number or by address', () => {
  expect(parseEnv({ VIVA_TRUST_PROXY: '1' }).trustProxy).toBe(1)
  expect(parseEnv({ VIVA_TRUST_PROXY: '10.0.0.0/8, ::1' }).trustProxy).toEqual(['10.0.0.0/8', '::1'])
  expect(parseEnv({ VIVA_TRUST_PROXY: '0' }).trustProxy).toBe(false)
})

test('.env.example has every variable, each with a comment', () => {
  const example = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8')
  const lines = example.split('\n')
  const documented = lines.flatMap((line, index) => {
    const name = /^#? ?([A-Z][A-Z0-9_]+)=/.exec(line)?.[1]
    if (name === undefined) return []
    expect(lines[index - 1], `the line above ${name}`).toMatch(/^# /)
    return [name]
  })
  // Read by compose.yaml alone.
  const others = ['POSTGRES_PASSWORD', 'VIVA_PORT']
  expect(documented.filter((name) => !others.includes(name)).toSorted()).toEqual(ENV_NAMES.toSorted())
})

test('work of an instance that died is taken up within 30 seconds, whatever is set', () => {
  expect(parseEnv({ VIVA_LEASE_SECONDS: '25' }).leaseSeconds).toBe(25)
  expect(problemsOf({ VIVA_LEASE_SECONDS: '26' })).toEqual([
    'VIVA_LEASE_SECONDS must be a whole number from 2 to 25',
  ])
})
