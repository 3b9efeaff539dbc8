import type { SessionTokens } from '@viva/api/contract'
import type { ProcedurePath } from './api-types.ts'

/** The scoped tokens of a session, by the name they have in `SessionTokens`. */
export type ScopedToken = Exclude<keyof SessionTokens, 'expiresAt'>

/**
 * The token that a procedure takes: none, the user's where somebody is signed in, or one of the session that the input
 * names. All others take the user's.
 */
export type TokenDemand = 'none' | 'optional' | 'user' | ScopedToken

const DEMANDS: Partial<Record<ProcedurePath, TokenDemand>> = {
  'auth.signUp': 'none',
  'auth.logIn': 'none',
  'auth.refresh': 'none',
  'auth.demoAccounts': 'none',
  'auth.logOut': 'optional',
  'sessions.readInvitation': 'optional',
  'sessions.claim': 'optional',
  'sessions.current': 'ist',
  'sessions.precheck': 'ist',
  'sessions.start': 'ist',
  'sessions.nextQuestion': 'ist',
  'sessions.answer': 'ist',
  'sessions.finalize': 'ist',
  'sessions.withdraw': 'ist',
  'sessions.summary': 'ist',
  'media.createUpload': 'ist',
  'media.completeUpload': 'ist',
  'sessions.events': 'wst',
  'ai.stream': 'aipt',
  'proctoring.record': 'acet',
}

/** The token that the procedure at `path` takes. */
export function tokenDemand(path: string): TokenDemand {
  const demands: Partial<Record<string, TokenDemand>> = DEMANDS
  return demands[path] ?? 'user'
}
