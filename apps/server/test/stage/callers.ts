import { randomUUID } from 'node:crypto'
import type { Role, SessionTokens } from '@viva/api/contract'
import { logIn, type Person, type StagedCompany } from './company.ts'
import type { Claimed, Sitting } from './sitting.ts'

/** What a caller shows: nothing, a token of the user API, one of the scoped tokens, or something that is no token here. */
export type CredentialKind = 'none' | 'user' | 'foreign' | 'ist' | 'wst' | 'aipt' | 'acet' | 'upt'

/** A device of a caller. */
export interface Device {
  token: string
  authSessionId: string
}

/** Somebody, or something, that calls the API. */
export interface Caller {
  name: string
  kind: CredentialKind
  token: string | undefined
  /** The user behind an access token. */
  userId: string | null
  email: string | null
  guest: boolean
  /** The role in each company that the caller belongs to, by its id. */
  roles: Readonly<Record<string, Role>>
  /** The session that a scoped token belongs to. */
  sessionId: string | null
  /** Signs the caller in once more, for calls after which a device is logged out; null for those who are no user. */
  newDevice: (() => Promise<Device>) | null
}

const nobody = { userId: null, email: null, guest: false, roles: {}, sessionId: null, newDevice: null }

/** Callers who bring nothing that opens anything. */
export function strangers(person: Person): Caller[] {
  return [
    { ...nobody, name: 'nobody', kind: 'none', token: undefined },
    { ...nobody, name: 'garbage for a token', kind: 'foreign', token: randomUUID() },
    { ...nobody, name: 'a refresh token', kind: 'foreign', token: person.refreshToken },
  ]
}

/** Somebody with an account. */
export function asCaller(url: string, name: string, person: Person, roles: Caller['roles'] = {}): Caller {
  return {
    ...nobody,
    name,
    kind: 'user',
    token: person.accessToken,
    userId: person.userId,
    email: person.email,
    roles,
    async newDevice() {
      const { accessToken, authSessionId } = await logIn(url, person.email)
      return { token: accessToken, authSessionId }
    },
  }
}

/** The members of a company, one of each role. */
export function membersOf(url: string, name: string, company: StagedCompany): Caller[] {
  return Object.entries(company.members).map(([role, person]) =>
    asCaller(url, `${role} of ${name}`, person, { [company.id]: role as Role }),
  )
}

/** A guest with their access token. A guest has no password, so `another` makes the one who is logged out. */
export function guestOf(name: string, claimed: Claimed, another: () => Promise<Claimed>): Caller {
  return {
    ...nobody,
    name,
    kind: 'user',
    token: claimed.accessToken,
    userId: claimed.userId,
    guest: true,
    async newDevice() {
      const { accessToken, authSessionId } = await another()
      return { token: accessToken, authSessionId }
    },
  }
}

/** Every kind of scoped token of one session. */
export function tokensOf(name: string, sitting: Sitting): Caller[] {
  const { sessionId, tokens, upt } = sitting
  const kinds = ['ist', 'wst', 'aipt', 'acet'] as const satisfies readonly (keyof SessionTokens)[]
  const scoped = kinds.map((kind) => [kind, tokens[kind]] as const)
  return [...scoped, ['upt', upt] as const].map(([kind, token]) => ({
    ...nobody,
    name: `${kind} of ${name}`,
    kind,
    token,
    sessionId,
  }))
}
