import { randomUUID } from 'node:crypto'
import type { Role } from '@viva/api/contract'
import { type ApiClient, createApiClient } from '@viva/api/testing'
import { randomAddress } from './api-call.ts'

const PASSWORD = 'correct horse battery staple'

/** A new idempotency key. */
export const newKey = (): string => randomUUID()

/** A typed client of the real API over HTTP, from an address of its own. */
export function clientOf(url: string, token?: string): ApiClient {
  return createApiClient({ url, token, headers: { 'x-forwarded-for': randomAddress() } })
}

/** Somebody with an account, signed in on one device. */
export interface Person {
  email: string
  password: string
  userId: string
  accessToken: string
  refreshToken: string
  authSessionId: string
  api: ApiClient
}

/** Signs somebody up and in. */
export async function newPerson(url: string, name = 'Robin Example'): Promise<Person> {
  const email = `robin-${randomUUID()}@example.test`
  await clientOf(url).auth.signUp.mutate({ email, password: PASSWORD, name })
  return logIn(url, email)
}

/** One more device of somebody who has signed up by `newPerson`. */
export async function logIn(url: string, email: string): Promise<Person> {
  const { user, tokens } = await clientOf(url).auth.logIn.mutate({ email, password: PASSWORD })
  const { accessToken, refreshToken, authSessionId } = tokens
  if (refreshToken === null) throw new Error('the refresh token did not come in the body')
  return {
    email,
    password: PASSWORD,
    userId: user.id,
    accessToken,
    refreshToken,
    authSessionId,
    api: clientOf(url, accessToken),
  }
}

/** A company with one member of each role, an interview that is published and open, and its policy. */
export interface StagedCompany extends SmallCompany {
  members: Record<Role, Person>
}

/** A company with its admin alone. */
export interface SmallCompany {
  id: string
  members: { admin: Person }
  interviewId: string
  policyId: string
}

/** Makes a company of one admin through the API, with a published interview. */
export async function smallCompany(url: string, name = 'Home'): Promise<SmallCompany> {
  const admin = await newPerson(url)
  const { id } = await admin.api.companies.create.mutate({ name, idempotencyKey: newKey() })
  const interview = await newInterview(admin.api, id)
  const { policyId } = interview.definition.policy
  return { id, members: { admin }, interviewId: interview.id, policyId }
}

/** Makes a company through the API, with a member of each role. */
export async function newCompany(url: string, name: string): Promise<StagedCompany> {
  const company = await smallCompany(url, name)
  const { admin } = company.members
  const join = async (role: Exclude<Role, 'admin'>): Promise<Person> => {
    const person = await newPerson(url)
    await addMember(admin, { companyId: company.id, role, person })
    return person
  }
  const [hr, lead, employee, reviewer] = await Promise.all([
    join('hr'),
    join('team_lead'),
    join('employee'),
    join('reviewer'),
  ])
  return { ...company, members: { admin, hr, team_lead: lead, employee, reviewer } }
}

/** Invites somebody by their address and accepts for them. */
export async function addMember(
  admin: Person,
  { companyId, role, person }: { companyId: string; role: Role; person: Person },
): Promise<void> {
  const { token } = await admin.api.companies.inviteMember.mutate({ companyId, email: person.email, role })
  await person.api.companies.acceptInvitation.mutate({ token })
}

/** A published, open interview: a fixed question with a follow-up, then one that the AI writes. */
async function newInterview(api: ApiClient, companyId: string) {
  const made = await api.interviews.create.mutate({
    companyId,
    idempotencyKey: newKey(),
    definition: {
      title: 'Backend engineer',
      questions: [
        { id: 'system', kind: 'fixed', text: 'Tell us about a system you built.', maxFollowUps: 0 },
        { id: 'queues', kind: 'ai', topic: 'Message queues', difficulty: 'medium' },
        { id: 'outage', kind: 'fixed', text: 'Tell us about an outage.' },
      ],
      limits: { totalSeconds: 3600, questionSeconds: 600 },
      sensors: [
        { sensor: 'browser', required: true },
        { sensor: 'camera', required: false },
        { sensor: 'microphone', required: false },
      ],
      open: true,
    },
  })
  return api.interviews.publish.mutate({ companyId, interviewId: made.id, version: made.version })
}

/** The token of a new link to a session of the company. */
export async function newLink({ id: companyId, interviewId, members }: SmallCompany): Promise<string> {
  const invited = { companyId, interviewId, idempotencyKey: newKey() }
  return (await members.admin.api.sessions.invite.mutate(invited)).token
}
