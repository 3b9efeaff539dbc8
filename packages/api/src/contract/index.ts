/** What both sides of the API know: types and constants, nothing that runs on a server, and no schema library. */
export type {
  AuthResult,
  AuthTokens,
  DemoAccount,
  Device,
  Me,
  SignUpReceipt,
  User,
} from './auth.ts'
export type { Company, Member, MemberInvitation } from './companies.ts'
export { type AppErrorBody, type AppErrorCode, type AppErrorDetails, ERROR_STATUS } from './errors.ts'
export {
  EVENT_TYPES,
  type EventBatch,
  type SessionEvent,
  type SessionEventPayloads,
  type SessionEventType,
} from './events.ts'
export {
  type Criterion,
  DIFFICULTIES,
  type Difficulty,
  type Interview,
  type InterviewDefinition,
  type InterviewSummary,
  type PlannedQuestion,
} from './interviews.ts'
export type { JsonObject, JsonValue, Page } from './json.ts'
export {
  MEDIA_KINDS,
  MEDIA_SENSORS,
  MEDIA_STATUSES,
  MEDIA_TYPES,
  type MediaKind,
  type MediaLink,
  type MediaObject,
  type MediaStatus,
  type UploadTicket,
} from './media.ts'
export { PERMISSIONS, type Permission, ROLE_PERMISSIONS, ROLES, type Role, roleHas } from './permissions.ts'
export {
  type CriterionScore,
  type Quote,
  REPORT_STATUSES,
  type Report,
  type ReportStatus,
  type TranscriptEntry,
} from './reports.ts'
export {
  type EarlierCall,
  RUN_OUTCOMES,
  RUN_PURPOSES,
  RUN_STATUSES,
  type Run,
  type RunChunk,
  type RunOutcome,
  type RunPurpose,
  type RunStatus,
} from './runs.ts'
export type {
  AnswerReceipt,
  CandidateSession,
  ChainStatus,
  InvitationPreview,
  NextQuestion,
  OwnSession,
  Question,
  Session,
  SessionClaim,
  SessionGrant,
  SessionInvitation,
  SessionSummary,
  SessionTokens,
} from './sessions.ts'
export {
  DEFAULT_POLICY,
  type Policy,
  type PolicyConsequence,
  type PolicyPreview,
  type PolicyRule,
  type PolicyRules,
  SENSORS,
  SEVERITIES,
  type Sensor,
  type Severity,
  SIGNAL_KINDS,
  type SignalInput,
  type SignalKind,
  type SignalReceipt,
  STRIKE_DECISIONS,
  type Strike,
  type StrikeDecision,
  type StrikeReview,
} from './signals.ts'
export {
  allowedActions,
  END_REASONS,
  type EndReason,
  isTerminal,
  nextState,
  SESSION_ACTIONS,
  SESSION_STATES,
  type SessionAction,
  type SessionState,
  TRANSITIONS,
} from './states.ts'
