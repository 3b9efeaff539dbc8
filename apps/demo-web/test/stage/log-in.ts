import type { Role } from '@viva/client'
import type { Person } from './person.ts'
import type { Stage } from './stage.ts'

/**
 * Signs somebody in as one of the demo's people, without the log-in screen: the browser gets the cookie that the screen
 * would have got it. The page then shows the landing page; go on with `person.page.goto`.
 */
export async function logIn(stage: Stage, person: Person, role: Role): Promise<void> {
  const { page } = person
  await page.goto('/')
  const status = await page.evaluate(async (account) => {
    const answer = await fetch('/trpc/auth.logIn', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-viva-client': '1' },
      body: JSON.stringify({ ...account, refreshTransport: 'cookie' }),
    })
    return answer.status
  }, stage.accounts[role])
  if (status !== 200) throw new Error(`logging in as ${role} answered ${status}`)
}
