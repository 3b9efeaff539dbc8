import { randomUUID } from 'node:crypto'
import { makePolicy } from '@viva/db/testing'
import type { z } from 'zod'
import type { Interview, SessionClaim, SessionInvitation } from '../../../contract/index.ts'
import type { interviews } from '../../../contract/schemas.ts'
import { type ApiClient, memberOf, type TestApp, type TestMember } from '../../../testing/index.ts'

type DefinitionInput = z.input<typeof interviews.interviewDefinitionInput>

/** A new idempotency key. */
export const newKey = (): string => randomUUID()

/** Two fixed questions, an hour, nothing required but the browser. */
const DEFINITION: DefinitionInput = {
  title: 'Backend engineer',
  questions: [
    { id: 'system', kind: 'fixed', text: 'Tell us about a system you built.' },
    { id: 'outage', kind: 'fixed', text: 'Tell us about an outage.', seconds: 120 },
  ],
  limits: { totalSeconds: 3600, questionSeconds: 600 },
  sensors: [
    { sensor: 'browser', required: true },
    { sensor: 'camera', required: false },
  ],
}

/** A member of a new company with its standard policy. */
export async function newCompany(
  app: TestApp,
  options: { role?: TestMember['role'] } = {},
): Promise<TestMember> {
  const member = await memberOf(app, options)
  await makePolicy(app.db, { companyId: member.companyId })
  return member
}

/** A published interview. */
export async function publishedInterview(
  member: TestMember,
  definition: Partial<DefinitionInput> = {},
): Promise<Interview> {
  const { companyId } = member
  const made = await member.api.interviews.create.mutate({
    companyId,
    definition: { ...DEFINITION, ...definition },
    idempotencyKey: newKey(),
  })
  return member.api.interviews.publish.mutate({ companyId, interviewId: made.id, version: made.version })
}

/** A session's link. */
export function invitation(member: TestMember, interviewId: string): Promise<SessionInvitation> {
  const { companyId } = member
  return member.api.sessions.invite.mutate({ companyId, interviewId, idempotencyKey: newKey() })
}

/** A session with its candidate, a guest, and the member who invited them. */
export interface Sitting {
  member: TestMember
  interview: Interview
  sessionId: string
  claim: SessionClaim
  /** The session API. */
  session: ApiClient
  /** The candidate's user API. */
  candidate: ApiClient
}

/** Brings a candidate into a session through the API, up to `state`. */
export async function sitDown(
  app: TestApp,
  options: {
    state?: 'precheck' | 'ready' | 'active'
    definition?: Partial<DefinitionInput>
    member?: TestMember
  } = {},
): Promise<Sitting> {
  const { state = 'active', definition } = options
  const member = options.member ?? (await newCompany(app))
  const interview = await publishedInterview(member, definition)
  const { sessionId, token } = await invitation(member, interview.id)
  const claim = await app.client().sessions.claim.mutate({ token })
  const session = app.client(claim.grant.tokens.ist)
  const candidate = app.client(claim.auth?.tokens.accessToken ?? '')
  if (state !== 'precheck') {
    await session.sessions.precheck.mutate({ sessionId, consents: { browser: true } })
  }
  if (state === 'active') await session.sessions.start.mutate({ sessionId, idempotencyKey: newKey() })
  return { member, interview, sessionId, claim, session, candidate }
}

/** The types of a session's events, in order. */
export async function eventTypes(app: TestApp, sessionId: string): Promise<string[]> {
  const rows = await app.db.sql<{ type: string }[]>`
    select type from session_events where session_id = ${sessionId} order by seq`
  return rows.map(({ type }) => type)
}
