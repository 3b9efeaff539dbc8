export { authSessions, rateLimits, signingKeys, users } from './accounts.ts'
export { aiRuns, aiUsage, reports } from './ai.ts'
export { auditLog, companies, idempotencyKeys, invitations, memberships } from './companies.ts'
export { interviews, interviewVersions, policies, policyVersions } from './interviews.ts'
export { mediaObjects } from './media.ts'
export {
  answers,
  questions,
  sessionEvents,
  sessionHeads,
  sessionSeals,
  sessions,
  strikes,
} from './sessions.ts'
export {
  END_REASONS,
  INVITATION_KINDS,
  KEY_STATUSES,
  MEDIA_KINDS,
  MEDIA_STATUSES,
  REPORT_STATUSES,
  ROLES,
  RUN_OUTCOMES,
  RUN_PURPOSES,
  RUN_STATUSES,
  SESSION_STATES,
  SEVERITIES,
  STRIKE_DECISIONS,
} from './values.ts'
