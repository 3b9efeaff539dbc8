import { request } from 'node:http'
import { connect } from 'node:net'
import { createApiClient } from '@viva/api/testing'
import { createTestDatabase, type TestDatabase } from '@viva/db/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalServer, startLocalServer } from './stage/local-server.ts'

/** Making the demo hashes five passwords, which takes long on a busy machine. */
const SEEDED_WITHIN_MS = 120_000
// The stage trusts a proxy, as a server does that others can reach.
const SEED = { VIVA_SEED_DEMO: 'true' }
const ON_THIS_MACHINE = { HOST: '127.0.0.1', VIVA_TRUST_PROXY: '0' }

let database: TestDatabase
let stage: LocalServer

beforeAll(async () => {
  database = await createTestDatabase()
  stage = await startLocalServer({ database, env: { ...SEED, ...ON_THIS_MACHINE } })
}, SEEDED_WITHIN_MS)

afterAll(async () => {
  await stage?.[Symbol.asyncDispose]()
  await database?.close()
})

test(
  'whoever opens a demo on their own machine is given its log-ins, and each works',
  async () => {
    const api = createApiClient({ url: stage.url })
    const accounts = await api.auth.demoAccounts.query()
    expect(accounts).toEqual(stage.server.demo)
    expect(accounts.map(({ role, name }) => [role, name])).toEqual([
      ['admin', 'Ada Admin'],
      ['hr', 'Hana HR'],
      ['team_lead', 'Tomas Team Lead'],
      ['employee', 'Emil Employee'],
      ['reviewer', 'Rosa Reviewer'],
    ])
    for (const { email, password, name } of accounts) {
      const { user } = await api.auth.logIn.mutate({ email, password })
      expect(user.name).toBe(name)
    }
  },
  SEEDED_WITHIN_MS,
)

test.each([
  ['that others can reach gives none', SEED, 0],
  ['that others can reach gives all where somebody has said so', { ...SEED, VIVA_DEMO_LOG_INS: 'true' }, 5],
  ['without a demo gives none, said so or not', { ...ON_THIS_MACHINE, VIVA_DEMO_LOG_INS: 'true' }, 0],
  ['that was forbidden to gives none', { ...SEED, ...ON_THIS_MACHINE, VIVA_DEMO_LOG_INS: 'false' }, 0],
])('a server %s', async (_name, env, count) => {
  await using other = await startLocalServer({ database, env: { VIVA_SEED_DEMO: 'false', ...env } })
  expect(await createApiClient({ url: other.url }).auth.demoAccounts.query()).toHaveLength(count)
})

/** How many log-ins a request with these headers is given. */
async function countFor(url: string, headers: Record<string, string>): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  // Fetch has a Host header of its own.
  const call = request(`${url}/trpc/auth.demoAccounts`, { headers }, (answer) => {
    let text = ''
    answer.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    answer.on('end', () => resolve(text))
  })
  call.on('error', reject).end()
  return JSON.parse(await promise).result.data.length
}

test('neither a proxy that the server was not told of nor a page whose name points here gets them', async () => {
  const { port } = new URL(stage.url)
  for (const name of ['localhost', '127.0.0.1', '[::1]']) {
    expect(await countFor(stage.url, { host: `${name}:${port}` })).toBe(5)
  }
  for (const host of [`rebound.example:${port}`, 'viva.example', `127.0.0.1.example:${port}`]) {
    expect(await countFor(stage.url, { host })).toBe(0)
  }
  for (const header of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via', 'x-forwarded-host']) {
    expect(await countFor(stage.url, { [header]: 'localhost' })).toBe(0)
  }
})

test('a proxy that speaks HTTP/1.0, as nginx does where it is told nothing else, gets none of them', async () => {
  const { port, host } = new URL(stage.url)
  const socket = connect(Number(port), '127.0.0.1')
  socket.end(`GET /trpc/auth.demoAccounts HTTP/1.0\r\nHost: ${host}\r\n\r\n`)
  const answer = (await socket.toArray()).join('')
  expect(answer).toMatch(/^HTTP\/1\.1 200 /)
  expect(answer).toContain('"data":[]')
})
