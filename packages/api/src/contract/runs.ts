/** What an AI run is for. */
export const RUN_PURPOSES = ['question', 'follow_up', 'scoring', 'summary'] as const
export type RunPurpose = (typeof RUN_PURPOSES)[number]

/** How a run ended. `fallback` means no provider gave a usable answer and the server used its own question. */
export const RUN_OUTCOMES = ['succeeded', 'fallback', 'failed'] as const
export type RunOutcome = (typeof RUN_OUTCOMES)[number]

export const RUN_STATUSES = ['pending', 'running', 'finished'] as const
export type RunStatus = (typeof RUN_STATUSES)[number]

/**
 * A run as its stream shows it. Whoever follows keeps `text.slice(0, offset) + delta`: a call that failed starts the text
 * anew, and its first chunk then has offset 0.
 */
export interface RunChunk {
  runId: string
  status: RunStatus
  /** The text that came since the last chunk. */
  delta: string
  /** Where `delta` starts in the whole text, in UTF-16 code units. */
  offset: number
  outcome: RunOutcome | null
}

/** What came of a provider's call whose answer was not used: it failed, did not validate or was broken off. */
export interface EarlierCall {
  provider: string
  model: string
  promptVersion: string
  /** As far as it came. */
  output: string
}

/** One piece of work for an AI provider, as a member sees it in full. */
export interface Run {
  id: string
  sessionId: string
  purpose: RunPurpose
  status: RunStatus
  outcome: RunOutcome | null
  provider: string | null
  model: string | null
  promptVersion: string | null
  /** The messages of the newest call. */
  input: unknown
  /** The newest call's. */
  output: string
  /** The calls before it, oldest first. */
  earlierCalls: EarlierCall[]
  /** Of all calls of all attempts, like `outputTokens` and the cost. */
  inputTokens: number
  outputTokens: number
  /** Millionths of a US dollar; null where the price is not known, or an instance broke off without telling what it spent. */
  costMicroUsd: number | null
  latencyMs: number | null
  /** How often an instance took the run up; more than one means that another one broke off. */
  attempts: number
  /** How often a provider was called, repairs and fallbacks among them. */
  calls: number
  /** Why no provider's answer could be used; null where one was. */
  errorCode: 'AI_BUDGET_EXCEEDED' | 'AI_UNAVAILABLE' | null
  /** Every try that failed, and why. */
  error: string | null
  createdAt: string
  finishedAt: string | null
}
