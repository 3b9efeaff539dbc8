import { expect, test } from 'vitest'
import { clientOf } from './stage/company.ts'
import { startLocalServer } from './stage/local-server.ts'

// The stage trusts a proxy, as a server does that others can reach.
const SEED = { VIVA_SEED_DEMO: 'true' }
const ON_THIS_MACHINE = { HOST: '127.0.0.1', VIVA_TRUST_PROXY: '0' }

test('whoever opens a demo on their own machine is given its log-ins, and each works', async () => {
  await using stage = await startLocalServer({ env: { ...SEED, ...ON_THIS_MACHINE } })
  const api = clientOf(stage.url)
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
})

test.each([
  ['a server that others can reach', SEED, 0],
  ['one of these where somebody has said so', { ...SEED, VIVA_DEMO_LOG_INS: 'true' }, 5],
  ['a server without a demo, said so or not', { ...ON_THIS_MACHINE, VIVA_DEMO_LOG_INS: 'true' }, 0],
  ['one where somebody has forbidden it', { ...SEED, ...ON_THIS_MACHINE, VIVA_DEMO_LOG_INS: 'false' }, 0],
])('of %s everybody sees the right number of log-ins', async (_name, env, count) => {
  await using stage = await startLocalServer({ env })
  expect(await clientOf(stage.url).auth.demoAccounts.query()).toHaveLength(count)
})
