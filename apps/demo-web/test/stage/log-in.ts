import type { Role } from '@viva/client'
import type { Person } from './person.ts'
import type { Stage } from './stage.ts'

/**
 * Signs somebody in as one of the demo's people, without the log-in screen: their browser gets the cookie that the screen
 * would have got it. Go on with `person.page.goto`.
 */
export async function logIn(stage: Stage, person: Person, role: Role): Promise<void> {
  const answer = await person.context.request.post(`${stage.url}/trpc/auth.logIn`, {
    headers: { 'x-viva-client': '1' },
    data: { ...stage.accounts[role], refreshTransport: 'cookie' },
  })
  if (!answer.ok())
    throw new Error(`logging in as ${role} answered ${answer.status()}: ${await answer.text()}`)
}
