import type { JsonObject } from './json.ts'

/** What a browser can observe. `sensor_unavailable` never strikes: "not observed" is no violation. */
export const SIGNAL_KINDS = [
  'tab_hidden',
  'tab_visible',
  'focus_lost',
  'focus_gained',
  'fullscreen_left',
  'paste',
  'copy',
  'devtools_suspected',
  'extra_screen',
  'network_lost',
  'network_regained',
  'sensor_unavailable',
] as const
export type SignalKind = (typeof SIGNAL_KINDS)[number]

/** What a candidate is asked consent for, one by one. */
export const SENSORS = ['browser', 'screen', 'camera', 'microphone'] as const
export type Sensor = (typeof SENSORS)[number]

/** One observation as the browser reports it. */
export interface SignalInput {
  /** The client's own counter, from 1, without gaps. A gap or a step back is itself recorded. */
  clientSeq: number
  /** The client's clock, ISO 8601. Kept beside the server's, never trusted alone. */
  clientTime: string
  kind: SignalKind
  details?: JsonObject | undefined
}

/** How grave a strike is. */
export const SEVERITIES = ['info', 'minor', 'major'] as const
export type Severity = (typeof SEVERITIES)[number]

/** When signals become a strike: `count` signals of `kinds` within `windowSeconds`. */
export interface PolicyRule {
  id: string
  kinds: Exclude<SignalKind, 'sensor_unavailable'>[]
  /** How many signals make one strike, at least 1. */
  count: number
  /** The window in seconds of client time within which they must fall; 0 means at any time. */
  windowSeconds: number
  severity: Severity
  /** Shown to the candidate and to the reviewer. */
  message: string
}

/** What happens once `strikes` strikes of at least `severity` stand. `end` ends the session; use it with care. */
export interface PolicyConsequence {
  strikes: number
  severity: Severity
  action: 'flag' | 'warn' | 'end'
}

/** One version of a policy. */
export interface PolicyRules {
  rules: PolicyRule[]
  consequences: PolicyConsequence[]
}

/** The policy a company starts with: strikes are flagged for a person, nothing ends by machine. */
export const DEFAULT_POLICY: PolicyRules = {
  rules: [
    {
      id: 'left-the-page',
      kinds: ['tab_hidden'],
      count: 2,
      windowSeconds: 600,
      severity: 'minor',
      message: 'The interview page was hidden more than once.',
    },
    {
      id: 'left-fullscreen',
      kinds: ['fullscreen_left'],
      count: 2,
      windowSeconds: 600,
      severity: 'minor',
      message: 'Fullscreen was left more than once.',
    },
    {
      id: 'pasted-text',
      kinds: ['paste'],
      count: 1,
      windowSeconds: 0,
      severity: 'minor',
      message: 'Text was pasted into an answer.',
    },
    {
      id: 'extra-screen',
      kinds: ['extra_screen'],
      count: 1,
      windowSeconds: 0,
      severity: 'major',
      message: 'A second screen was connected.',
    },
    {
      id: 'developer-tools',
      kinds: ['devtools_suspected'],
      count: 1,
      windowSeconds: 0,
      severity: 'major',
      message: 'Developer tools seem to have been open.',
    },
  ],
  consequences: [
    { strikes: 1, severity: 'minor', action: 'warn' },
    { strikes: 2, severity: 'minor', action: 'flag' },
    { strikes: 1, severity: 'major', action: 'flag' },
  ],
}

/** A policy with its newest version, as a member sees it. */
export interface Policy {
  id: string
  companyId: string
  name: string
  version: number
  rules: PolicyRules
  createdAt: string
}

/** What recording a batch of signals did. */
export interface SignalReceipt {
  /** How many signals of this batch are in the log now; those sent before are not counted again. */
  recorded: number
  /** The highest client sequence number the server holds; the client may forget all up to it. */
  lastClientSeq: number
  strikes: Strike[]
}

/** A policy's decision about one or more signals. */
export interface Strike {
  id: string
  ruleId: string
  severity: Severity
  message: string
  /** The log's `seq` of each signal it stands on. */
  signalSeqs: number[]
  at: string
}

/** What a person may decide about a strike: it stands, or it is taken back. */
export const STRIKE_DECISIONS = ['confirmed', 'lifted'] as const
export type StrikeDecision = (typeof STRIKE_DECISIONS)[number]

/** A person's decision about a strike. */
export interface StrikeReview {
  decision: StrikeDecision
  /** Why, in the reviewer's words; the candidate can read it too. */
  reason: string
  reviewer: { id: string; name: string }
  at: string
}

/** What a policy would have decided about a sample of signals. Nothing is recorded. */
export interface PolicyPreview {
  /** `signals` are positions in the sample, from 0. */
  strikes: { ruleId: string; severity: Severity; message: string; signals: number[] }[]
  /** What became due, in order, and the strikes that had been issued by then. */
  consequences: (PolicyConsequence & { afterStrikes: number })[]
}
