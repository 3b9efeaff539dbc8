import { createMemoryRateLimiter, mintToken, type RateLimiter, transaction } from '@viva/api'
import { makeAuthSession, makeMembership, makeSession, makeUser } from '@viva/db/testing'
import { parseEnv, readEnvironment } from '../../../apps/server/src/env.ts'
import { lowerPoolPriority } from '../../../apps/server/src/pool-priority.ts'
import { startServer } from '../../../apps/server/src/start-server.ts'
import { signalEvent } from '../append/signal-event.ts'
import { offer } from '../child-process.ts'
import { readUsage } from './usage.ts'

// The real server as `npm start` runs it, but for one thing: its limits count as always and never refuse.
const counters = createMemoryRateLimiter()
const limiter: RateLimiter = {
  consume: (limit, key) => counters.consume({ ...limit, points: 1_000_000_000 }, key),
  reset: (limit, key) => counters.reset({ ...limit, points: 1_000_000_000 }, key),
}
const server = await startServer(parseEnv(readEnvironment()), { overrides: { limiter } })
lowerPoolPriority()
const { ctx } = server
let clientSeq = 0

/** The candidate of a running session: what a subscriber needs. */
async function makeCandidate(): Promise<{ sessionId: string; token: string }> {
  const user = await makeUser(ctx.db, { guest: true })
  const device = await makeAuthSession(ctx.db, { userId: user.id })
  const session = await makeSession(ctx.db, {
    state: 'active',
    candidateId: user.id,
    startedAt: ctx.clock.now(),
    deadlineAt: new Date(ctx.clock.now().getTime() + 3_600_000),
  })
  const claims = { sub: user.id, sid: device.id, sessionId: session.id, companyId: session.companyId }
  return { sessionId: session.id, token: (await mintToken(ctx, 'wst', claims)).token }
}

/** A reviewer of a company with a session: what a caller of `sessions.get` needs. */
async function makeReviewer(): Promise<{ companyId: string; sessionId: string; token: string }> {
  const session = await makeSession(ctx.db)
  const { companyId } = session
  const { userId } = await makeMembership(ctx.db, { companyId, role: 'reviewer' })
  const device = await makeAuthSession(ctx.db, { userId })
  const { token } = await mintToken(ctx, 'access', { sub: userId, sid: device.id, guest: false })
  return { companyId, sessionId: session.id, token }
}

/** An account that can log in. */
async function makeAccount(account: { email: string; password: string }): Promise<void> {
  await makeUser(ctx.db, { email: account.email, passwordHash: await ctx.hasher.hash(account.password) })
}

/** Appends one event to a session's log, as its verbs do. */
async function append(sessionId: string): Promise<void> {
  clientSeq += 1
  await transaction(ctx, (tx) => tx.append(sessionId, [signalEvent(clientSeq)]))
}

const calls = {
  // Not by name: looking up localhost would be measured too.
  url: async () => server.url.replace('localhost', '127.0.0.1'),
  issuer: async () => ctx.config.publicUrl,
  usage: readUsage,
  makeCandidate,
  makeReviewer,
  makeAccount,
  append,
}
export type VivaServer = typeof calls
offer(calls)
