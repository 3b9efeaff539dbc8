import { expect, test } from 'vitest'
import { errorOf, startTestApp } from '../testing/index.ts'

test('an input of a megabyte is not answered with its like', async () => {
  await using app = await startTestApp()
  const keys = Array.from({ length: 40_000 }, (_, index) => [`unknown-key-${index}`, 1])
  const answer = await fetch(`${app.url}/trpc/auth.logIn`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'a@example.test', password: 'x', ...Object.fromEntries(keys) }),
  })
  expect(answer.status).toBe(400)
  const body = await answer.text()
  expect(body).toContain('INVALID_INPUT')
  expect(body.length).toBeLessThan(2000)
})

test('what is wrong with an ordinary input is told field by field', async () => {
  await using app = await startTestApp()
  const input = { email: 'nobody', password: 'x'.repeat(300) }
  const { details } = await errorOf(app.client().auth.logIn.mutate(input), 'INVALID_INPUT')
  expect(details.issues.map(({ path }) => path)).toEqual(['email', 'password'])
})
