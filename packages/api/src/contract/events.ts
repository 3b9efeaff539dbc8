import type { JsonObject } from './json.ts'
import type { RunOutcome, RunPurpose } from './runs.ts'
import type { Sensor, Severity, SignalKind, StrikeDecision } from './signals.ts'
import type { EndReason, SessionAction, SessionState } from './states.ts'

/** What each type of event carries. Adding a type means adding it here, to `EVENT_TYPES`, and nowhere else. */
export interface SessionEventPayloads {
  'session.created': {
    interviewId: string
    interviewVersion: number
    policyId: string
    policyVersion: number
    /** Of what these versions say; absent in logs from before it was recorded. */
    termsSha256?: string
    expiresAt: string
  }
  'session.claimed': { guest: boolean }
  /** The candidate's decision on each sensor, and facts about the device. */
  'session.prechecked': { consents: Partial<Record<Sensor, boolean>>; device: JsonObject }
  'session.transitioned': {
    from: SessionState
    to: SessionState
    action: SessionAction
    reason: EndReason | null
    /** Words of the person or the rule behind it. */
    note: string | null
  }
  'question.asked': {
    questionId: string
    position: number
    text: string
    planId: string
    /** The question this one follows up on. */
    followUpOf: string | null
    runId: string | null
    deadlineAt: string
  }
  'answer.received': {
    answerId: string
    questionId: string
    text: string
    mediaId: string | null
    /** Came after the question's deadline; kept all the same. */
    late: boolean
    clientTime: string | null
  }
  'signal.recorded': {
    clientSeq: number
    clientTime: string
    kind: SignalKind
    details: JsonObject
  }
  /** The client's counter skipped numbers: what lies between never arrived. */
  'signal.gap': { from: number; to: number }
  /**
   * A number at or below one already held came again with other content, or out of order: from a second device, or from
   * somebody who wants to replace what was reported. What it says is kept for a person; the policy does not judge it, since
   * nobody can tell whether it was judged before.
   */
  'signal.reordered': {
    clientSeq: number
    lastClientSeq: number
    clientTime: string
    kind: SignalKind
    details: JsonObject
  }
  'strike.issued': {
    strikeId: string
    ruleId: string
    severity: Severity
    message: string
    signalSeqs: number[]
    policyId: string
    policyVersion: number
  }
  /** A person's decision on a strike, by the event's actor. The newest one on a strike holds. */
  'strike.reviewed': { strikeId: string; decision: StrikeDecision; reason: string }
  'policy.applied': { action: 'flag' | 'warn' | 'end'; strikes: number; severity: Severity }
  'run.started': { runId: string; purpose: RunPurpose; questionId: string | null }
  /** A run is over. Hashes are SHA-256 of the recorded input and output, so that the run's row cannot change unseen. */
  'run.finished': {
    runId: string
    purpose: RunPurpose
    provider: string
    model: string
    promptVersion: string
    outcome: RunOutcome
    inputSha256: string
    outputSha256: string | null
    /** Of the calls before the last one; null where there are none, absent in logs from before they were recorded. */
    earlierCallsSha256?: string | null
    inputTokens: number
    outputTokens: number
  }
  'media.stored': {
    mediaId: string
    kind: string
    contentType: string
    bytes: number
    sha256: string
    /** The question that was being answered; absent in logs from before there was one. */
    questionId?: string | null
  }
  'media.rejected': { mediaId: string; reason: string }
  'report.ready': { reportId: string; sha256: string; scored: boolean }
  /** The report could not be made; transcript, strikes and evidence are there all the same. */
  'report.failed': { reportId: string; attempts: number }
}

export type SessionEventType = keyof SessionEventPayloads

/** Every type of event, and whether the candidate's own stream carries it. */
export const EVENT_TYPES = {
  'session.created': { candidate: true },
  'session.claimed': { candidate: true },
  'session.prechecked': { candidate: true },
  'session.transitioned': { candidate: true },
  'question.asked': { candidate: true },
  'answer.received': { candidate: true },
  'signal.recorded': { candidate: true },
  'signal.gap': { candidate: true },
  'signal.reordered': { candidate: true },
  'strike.issued': { candidate: true },
  'strike.reviewed': { candidate: true },
  'policy.applied': { candidate: false },
  'run.started': { candidate: false },
  'run.finished': { candidate: false },
  'media.stored': { candidate: true },
  'media.rejected': { candidate: true },
  'report.ready': { candidate: false },
  'report.failed': { candidate: false },
} as const satisfies Record<SessionEventType, { candidate: boolean }>

/** One row of a session's log. `seq` counts from 1 without gaps; `hash` chains it to the row before. */
export type SessionEvent = {
  [Type in SessionEventType]: {
    seq: number
    type: Type
    /** The server's time, ISO 8601. */
    at: string
    /** `system`, `candidate:<id>` or `member:<id>`. */
    actor: string
    /** Null once erased; the chain still verifies and says so. */
    payload: SessionEventPayloads[Type] | null
    hash: string
  }
}[SessionEventType]

/**
 * What an event subscription yields: the next events in order, or none at all, which is a heartbeat.
 * `head` is the newest seq of the log, `at` the server's clock.
 */
export interface EventBatch {
  events: SessionEvent[]
  head: number
  at: string
}
