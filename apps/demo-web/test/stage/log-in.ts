import type { Role } from '@viva/client'
import type { DemoLogIn } from './demo-log-ins.ts'
import type { Person } from './person.ts'
import type { Stage } from './stage.ts'

/**
 * Signs somebody in, as one of the demo's people or with an account of their own, without the log-in screen: their browser
 * gets the cookie that the screen would have got it. Go on with `person.page.goto`.
 */
export async function logIn(stage: Stage, person: Person, who: Role | DemoLogIn): Promise<void> {
  const { email, password } = typeof who === 'string' ? stage.accounts[who] : who
  const answer = await person.context.request.post(`${stage.url}/trpc/auth.logIn`, {
    headers: { 'x-viva-client': '1' },
    data: { email, password, refreshTransport: 'cookie' },
  })
  if (!answer.ok()) throw new Error(`logging ${email} in answered ${answer.status()}: ${await answer.text()}`)
}
