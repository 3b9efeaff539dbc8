import { makeAuthSession, makeCompany, makeMembership, makeSession, makeUser } from '@viva/db/testing'
import type { Role, SessionState } from '../contract/index.ts'
import type { SessionTokenKind } from '../core/actor.ts'
import { mintToken } from '../core/tokens.ts'
import type { ApiClient } from './clients.ts'
import type { TestApp } from './test-app.ts'

/** Somebody signed in, with a client of their own. */
export interface TestUser {
  userId: string
  authSessionId: string
  /** A valid access token. */
  token: string
  api: ApiClient
}

/** A signed-in member of a company. */
export interface TestMember extends TestUser {
  companyId: string
  role: Role
}

/**
 * A signed-in user, put into the database without a password, so that tests that are not about logging in stay quick.
 */
export async function signedInUser(app: TestApp, options: { guest?: boolean } = {}): Promise<TestUser> {
  const user = await makeUser(app.db, options)
  return signIn(app, user.id)
}

/** One more signed-in device of a user. */
export async function signIn(app: TestApp, userId: string): Promise<TestUser> {
  const [user] = await app.db.sql<{ guest: boolean }[]>`select guest from users where id = ${userId}`
  const { id: authSessionId } = await makeAuthSession(app.db, { userId })
  const claims = { sub: userId, sid: authSessionId, guest: user?.guest ?? false }
  const { token } = await mintToken(app.ctx, 'access', claims)
  return { userId, authSessionId, token, api: app.client(token) }
}

/** A signed-in member: of `companyId`, or of a new company. */
export async function memberOf(
  app: TestApp,
  options: { companyId?: string; role?: Role } = {},
): Promise<TestMember> {
  const { role = 'admin' } = options
  const companyId = options.companyId ?? (await makeCompany(app.db)).id
  const user = await signedInUser(app)
  await makeMembership(app.db, { companyId, userId: user.userId, role })
  return { ...user, companyId, role }
}

/** The candidate of a session, with a client for each part of that session's API. */
export interface TestCandidate extends TestUser {
  sessionId: string
  companyId: string
  /** A scoped token of each kind; an upload's belongs to one upload and is made there. */
  tokens: Record<Exclude<SessionTokenKind, 'upt'>, string>
  /** The session API (IST). */
  session: ApiClient
  /** Signals (ACET). */
  signals: ApiClient
}

/**
 * A guest who sits a session that is put into the database in `state`, with consent to every sensor and an empty log. For tests that are not about
 * how a session gets there. `session` is a row that `makeSession` made; a new one where absent.
 */
export async function candidateOf(
  app: TestApp,
  options: {
    state?: SessionState
    session?: Pick<Awaited<ReturnType<typeof makeSession>>, 'id' | 'companyId'>
  } = {},
): Promise<TestCandidate> {
  const { state = 'active' } = options
  const user = await signedInUser(app, { guest: true })
  const now = app.clock.now()
  const { id: sessionId, companyId } =
    options.session ??
    (await makeSession(app.db, {
      state,
      candidateId: user.userId,
      consents: { browser: true, screen: true, camera: true, microphone: true },
      startedAt: state === 'active' ? now : null,
      deadlineAt: new Date(now.getTime() + 3_600_000),
    }))
  await app.db.sql`update sessions set candidate_id = ${user.userId} where id = ${sessionId}`
  const claims = { sub: user.userId, sid: user.authSessionId, sessionId, companyId }
  const mint = async (kind: Exclude<SessionTokenKind, 'upt'>) =>
    (await mintToken(app.ctx, kind, claims)).token
  const tokens = {
    ist: await mint('ist'),
    wst: await mint('wst'),
    aipt: await mint('aipt'),
    acet: await mint('acet'),
  }
  return {
    ...user,
    sessionId,
    companyId,
    tokens,
    session: app.client(tokens.ist),
    signals: app.client(tokens.acet),
  }
}
