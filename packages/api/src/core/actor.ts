import type { Role } from '../contract/index.ts'

/** Somebody who has shown no token. */
export interface AnonymousActor {
  kind: 'anonymous'
}

/** A signed-in user, guests included. */
export interface UserActor {
  kind: 'user'
  userId: string
  authSessionId: string
  guest: boolean
}

/** The kinds of scoped tokens that name a session. */
export type SessionTokenKind = 'ist' | 'wst' | 'aipt' | 'acet' | 'upt'

/** The candidate of one session, by a token that is good for a part of that session's API alone. */
export interface SessionActor {
  kind: 'session'
  token: SessionTokenKind
  sessionId: string
  companyId: string
  candidateId: string
  authSessionId: string
}

/** The server itself: sweeps, workers, the command line. */
export interface SystemActor {
  kind: 'system'
}

export type Actor = AnonymousActor | UserActor | SessionActor | SystemActor

/** A user's place in the company of the call. */
export interface Membership {
  companyId: string
  role: Role
}

/** How the log names an actor. */
export function actorLabel(actor: Actor): string {
  switch (actor.kind) {
    case 'system':
      return 'system'
    case 'session':
      return `candidate:${actor.candidateId}`
    case 'user':
      return `member:${actor.userId}`
    case 'anonymous':
      return 'anonymous'
  }
}
