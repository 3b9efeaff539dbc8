import type { Actor, Membership, SessionActor, UserActor } from './actor.ts'
import type { Ports } from './ports.ts'

/** What a verb gets: the ports, who calls, and facts about the request. */
export interface AppContext extends Ports {
  actor: Actor
  request: RequestFacts
}

/** Facts about a request that verbs may use. A worker's are those of `systemContext`. */
export interface RequestFacts {
  id: string
  /** The peer's address; a proxy's header counts only where the proxy is trusted. */
  ip: string
  userAgent: string
  /** The refresh token from the cookie, if one came. */
  refreshCookie: string | null
  /** Sets the refresh cookie, or clears it with null. Does nothing over a socket. */
  setRefreshCookie(token: string | null, maxAgeSeconds: number): void
  /** Resolves once the caller's connection can take more; at once unless a subscriber reads too slowly. */
  drained(signal: AbortSignal): Promise<void>
}

/** The context of a call by a signed-in user. */
export interface UserContext extends AppContext {
  actor: UserActor
}

/** The context of a call by a member: the gate has checked the role's permission in this very company. */
export interface CompanyContext extends UserContext {
  member: Membership
}

/** The context of a call by a session's candidate: the gate has checked the token's kind and session. */
export interface SessionContext extends AppContext {
  actor: SessionActor
}

/** The context of work that nobody called for: sweeps and workers. */
export function systemContext(ports: Ports): AppContext {
  return {
    ...ports,
    actor: { kind: 'system' },
    request: {
      id: 'system',
      ip: '',
      userAgent: '',
      refreshCookie: null,
      setRefreshCookie: ignore,
      drained: () => Promise.resolve(),
    },
  }
}

function ignore(): void {
  // Nobody called, so there is no browser to set a cookie in.
}
