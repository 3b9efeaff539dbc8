import { expect, test } from 'vitest'
import { clientOf } from '../test/stage/company.ts'
import { startLocalServer } from '../test/stage/local-server.ts'

const SEED = { VIVA_SEED_DEMO: 'true' }
const MINE = 'my own password'

test('the demo gives nothing to whoever signed up with one of its addresses before, and starts all the same', async () => {
  await using first = await startLocalServer()
  const api = clientOf(first.url)
  await api.auth.signUp.mutate({ email: 'reviewer@example.com', password: MINE, name: 'Somebody' })

  await using second = await startLocalServer({ database: first.database, env: SEED })
  const roles = ['admin', 'hr', 'team_lead', 'employee']
  expect(second.server.demo.map(({ role }) => role)).toEqual(roles)
  const { tokens } = await api.auth.logIn.mutate({ email: 'reviewer@example.com', password: MINE })
  expect((await clientOf(first.url, tokens.accessToken).auth.me.query()).memberships).toEqual([])

  await using third = await startLocalServer({ database: first.database, env: SEED })
  expect(third.server.demo.map(({ role }) => role)).toEqual(roles)
})

test('without its admin there is no demo', async () => {
  await using first = await startLocalServer()
  const signUp = { email: 'admin@example.com', password: MINE, name: 'Somebody' }
  await clientOf(first.url).auth.signUp.mutate(signUp)
  await using second = await startLocalServer({ database: first.database, env: SEED })
  expect(second.server.demo).toEqual([])
})
