import { createKeyRing, systemClock, systemRandom, verifyToken } from '@viva/api'
import { createDb } from '@viva/db'
import fastify from 'fastify'
import { offer } from '../child-process.ts'
import { readUsage } from './usage.ts'

// What `sessions.get` would be by hand: one Fastify route with the same check of the token and the same two queries,
// and nothing else. No limits, logs, request ids, security headers, metrics, input schema or error codes.
const { DATABASE_URL: url = '', VIVA_SECRET: secret = '', BENCH_ISSUER: publicUrl = '' } = process.env
const db = createDb({ url })
const keys = createKeyRing({ db, secret, clock: systemClock, random: systemRandom })
const config = {
  publicUrl,
  instanceId: 'bare',
  maxUploadBytes: 0,
  urlSigningSecret: new Uint8Array(32),
  leaseMs: 0,
  aiTimeoutMs: 0,
}
const app = fastify()

app.get<{ Querystring: { companyId: string; sessionId: string } }>('/session', async (request, reply) => {
  const { companyId, sessionId } = request.query
  const token = request.headers.authorization?.slice('Bearer '.length) ?? ''
  const claims = await verifyToken({ keys, clock: systemClock, config }, 'access', token)
  const [caller] = await db.sql`
    select u.guest, m.role from auth_sessions s
    join users u on u.id = s.user_id
    left join memberships m on m.user_id = u.id and m.company_id = ${companyId}
    where s.id = ${claims.sid} and s.user_id = ${claims.sub} and s.revoked_at is null and u.disabled_at is null`
  if (!caller?.['role']) return reply.code(404).send()
  const [row] = await db.sql`
    select s.id, s.company_id as "companyId", s.interview_id as "interviewId",
      s.interview_version as "interviewVersion", s.policy_id as "policyId", s.policy_version as "policyVersion",
      s.state, s.end_reason as "endReason", s.candidate_id as "candidateId",
      s.candidate_name as "candidateName", s.candidate_email as "candidateEmail", s.consents,
      s.last_client_seq as "lastClientSeq", s.strike_count as "strikeCount", s.flagged,
      s.created_by as "createdBy", s.created_at as "createdAt", s.started_at as "startedAt",
      s.deadline_at as "deadlineAt", s.closed_at as "closedAt", v.definition ->> 'title' as title
    from sessions s
    join interview_versions v on v.interview_id = s.interview_id and v.version = s.interview_version
    where s.id = ${sessionId} and s.company_id = ${companyId}`
  return row ?? reply.code(404).send()
})

const address = await app.listen({ host: '127.0.0.1', port: 0 })
const calls = { url: async () => address, usage: readUsage }
export type BareServer = typeof calls
offer(calls)
