import type { AuthResult } from './auth.ts'
import type { InterviewDefinition } from './interviews.ts'
import type { Sensor } from './signals.ts'
import type { EndReason, SessionAction, SessionState } from './states.ts'

/** A question that was asked. */
export interface Question {
  id: string
  /** From 1, in the order asked. */
  position: number
  text: string
  planId: string
  followUpOf: string | null
  askedAt: string
  /** The server's deadline; later answers are kept and marked late. */
  deadlineAt: string
  answered: boolean
}

/** A session as a member of the company sees it. */
export interface Session {
  id: string
  companyId: string
  interviewId: string
  interviewVersion: number
  interviewTitle: string
  state: SessionState
  endReason: EndReason | null
  candidate: { id: string | null; name: string | null; email: string | null }
  /** The strikes that stand: issued, and not lifted by a person. */
  strikeCount: number
  /** Whether the strikes that stand call for a person's attention, by the session's policy. */
  flagged: boolean
  createdAt: string
  startedAt: string | null
  /** When the server ends it by itself. */
  deadlineAt: string
  closedAt: string | null
}

/** A session as its candidate sees it. */
export interface CandidateSession {
  id: string
  state: SessionState
  endReason: EndReason | null
  allowed: SessionAction[]
  interview: Pick<InterviewDefinition, 'title' | 'introduction' | 'limits' | 'sensors'> & {
    questionCount: number
  }
  companyName: string
  consents: Partial<Record<Sensor, boolean>>
  currentQuestion: Question | null
  /** The AI run that is writing the next question, if one is under way. */
  pendingRunId: string | null
  answeredCount: number
  deadlineAt: string
  startedAt: string | null
  /** The highest client sequence number of signals the server holds. */
  lastClientSeq: number
  serverTime: string
}

/** The scoped tokens of one session. The SDK keeps and renews them. */
export interface SessionTokens {
  /** For the session API. */
  ist: string
  /** For the event stream. */
  wst: string
  /** For AI runs. */
  aipt: string
  /** For signals. */
  acet: string
  /** ISO 8601. At most 15 minutes away. */
  expiresAt: string
}

/** What claiming an invitation or creating a session hands out. */
export interface SessionGrant {
  session: CandidateSession
  tokens: SessionTokens
}

/** What claiming an invitation hands out. */
export interface SessionClaim {
  /** A guest's log-in; null where the caller was signed in already. */
  auth: AuthResult | null
  grant: SessionGrant
}

/** One of a candidate's own sessions, in their list. */
export interface OwnSession {
  id: string
  interviewTitle: string
  companyName: string
  state: SessionState
  endReason: EndReason | null
  createdAt: string
  startedAt: string | null
  deadlineAt: string
  closedAt: string | null
}

/** An invitation to sit an interview. The token is shown this once and stored only as a hash. */
export interface SessionInvitation {
  sessionId: string
  token: string
  expiresAt: string
}

/** What an invitation is for, before it is claimed: enough to decide on it. */
export interface InvitationPreview {
  companyName: string
  interview: CandidateSession['interview']
  /** The name that the company gave; null where it gave none. */
  candidateName: string | null
  /** Until when the link can be claimed and the interview started. */
  expiresAt: string
}

/** The next question, or the run that is writing it: then `question.asked` follows on the event stream. */
export type NextQuestion =
  | { kind: 'asked'; question: Question }
  | { kind: 'pending'; runId: string }
  | { kind: 'done' }

export interface AnswerReceipt {
  answerId: string
  questionId: string
  late: boolean
  receivedAt: string
  /** The log's seq of the answer. */
  seq: number
}

/** What a session came to, for its candidate. */
export interface SessionSummary {
  id: string
  state: SessionState
  endReason: EndReason | null
  questions: number
  answers: number
  signals: number
  strikes: number
  media: number
  events: number
  startedAt: string | null
  closedAt: string | null
  /** The hash of the newest event: a candidate who keeps it can later prove what the log said. */
  headHash: string
}

/** What the server found when it recomputed a session's chain. */
export interface ChainStatus {
  ok: boolean
  events: number
  erased: number[]
  headHash: string
  problems: { code: string; seq: number; message: string }[]
}
