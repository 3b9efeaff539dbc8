import type { TestApp } from '@viva/api/testing'
import type { Interview, SessionHandle, User, Viva, VivaOptions } from '../index.ts'
import { createViva, newKey } from '../index.ts'

type Definition = Parameters<Viva['api']['interviews']['create']['mutate']>[0]['definition']

/** Two fixed questions; nothing is required but the browser. */
const DEFINITION: Definition = {
  title: 'Backend engineer',
  questions: [
    { id: 'system', kind: 'fixed', text: 'Tell us about a system you built.' },
    { id: 'outage', kind: 'fixed', text: 'Tell us about an outage.' },
  ],
  limits: { totalSeconds: 3600, questionSeconds: 600 },
  sensors: [{ sensor: 'browser', required: true }],
}

/** A client that tries again at once, so that tests take no longer than they must. */
export function quickViva(options: VivaOptions): Viva {
  return createViva({ retryDelayMs: () => 20, ...options })
}

interface Credentials {
  email: string
  password: string
}

/** Somebody who signed up and logged in through the client alone. */
export async function signedUp(viva: Viva, account: Credentials = newAccount()): Promise<User> {
  await viva.signUp({ ...account, name: 'Ada' })
  return viva.logIn(account)
}

const newAccount = (): Credentials => ({
  email: `${newKey()}@example.com`,
  password: 'correct horse battery',
})

/** A company with a published interview, and the member who made it. */
export interface Company {
  viva: Viva
  /** The member's. */
  account: Credentials
  companyId: string
  interview: Interview
  invite(): Promise<{ sessionId: string; token: string }>
}

export async function newCompany(app: TestApp, definition: Partial<Definition> = {}): Promise<Company> {
  const viva = quickViva({ url: app.url })
  const account = newAccount()
  await signedUp(viva, account)
  const { id: companyId } = await viva.api.companies.create.mutate({ name: 'Acme', idempotencyKey: newKey() })
  const { id: interviewId } = await viva.api.interviews.create.mutate({
    companyId,
    definition: { ...DEFINITION, ...definition },
    idempotencyKey: newKey(),
  })
  const interview = await viva.api.interviews.publish.mutate({ companyId, interviewId, version: 1 })
  const invite = () => viva.api.sessions.invite.mutate({ companyId, interviewId, idempotencyKey: newKey() })
  return { viva, account, companyId, interview, invite }
}

/** A candidate in an active session. */
export async function sitDown(viva: Viva, company: Company): Promise<SessionHandle> {
  const { token } = await company.invite()
  const session = await viva.claim({ token, name: 'Grace' })
  await session.precheck({ consents: { browser: true } })
  await session.start()
  return session
}
