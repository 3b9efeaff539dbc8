import { expect, test } from 'vitest'
import type { DemoAccount } from '../../contract/index.ts'
import { startTestApp } from '../../testing/index.ts'

test('a server without a demo gives no log-ins', async () => {
  await using app = await startTestApp()
  expect(await app.client().auth.demoAccounts.query()).toEqual([])
})

test('a server that shows its demo gives the log-ins as they are at the time of the call', async () => {
  const accounts: DemoAccount[] = []
  await using app = await startTestApp({ overrides: { demoAccounts: () => accounts } })
  expect(await app.client().auth.demoAccounts.query()).toEqual([])
  const made = {
    role: 'reviewer',
    name: 'Rosa Reviewer',
    email: 'reviewer@example.com',
    password: 'p',
  } as const
  accounts.push(made)
  expect(await app.client().auth.demoAccounts.query()).toEqual([made])
})
