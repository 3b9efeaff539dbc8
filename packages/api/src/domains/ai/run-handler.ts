import type { JsonObject, RunPurpose } from '../../contract/index.ts'
import type { AppContext } from '../../core/context.ts'
import type { AiMessage, AiTask } from '../../core/ports/ai.ts'
import type { Transaction } from '../../core/transaction.ts'

/** A run that this instance holds. */
export interface ClaimedRun {
  id: string
  sessionId: string
  companyId: string
  purpose: RunPurpose
  /** What `enqueueRun` was given. */
  task: JsonObject
  /** How often the run was taken up, this time included. */
  attempt: number
  /** How often a provider was called for it before. */
  calls: number
}

/** What a provider is asked. */
export interface RunPrompt {
  messages: readonly AiMessage[]
  /** JSON Schema of the answer; absent for plain text. */
  schema?: { name: string; schema: Record<string, unknown> }
  /** Names the wording, so that a recorded run can be explained later: `question.1`. */
  promptVersion: string
  maxOutputTokens: number
  /** 0 to 1. */
  temperature: number
  /** The same work as plain facts, for the scripted provider. */
  task: AiTask
}

/** What a handler says to an answer. `problem` is shown to the provider, once, so that it can repair it. */
export type Verdict<Parsed> = { ok: true; value: Parsed } | { ok: false; problem: string }

/**
 * How a run ended. With `fallback` the answer is the server's own (questions have one, so `failed` comes to them only
 * when the session closed first or the run broke three instances).
 */
export type RunResult<Parsed> =
  | { outcome: 'succeeded' | 'fallback'; parsed: Parsed; text: string }
  | { outcome: 'failed'; parsed: null; text: string; error: string }

/** What the worker must know of one purpose. The domain that wants the run's answer provides it. */
export interface RunHandler<Parsed = unknown> {
  /** Reads what the prompt needs. Called again when another instance takes the run up. */
  prompt(ctx: AppContext, run: ClaimedRun): Promise<RunPrompt>
  /** Accepts an answer, or says what is wrong with it. Pure. */
  validate(text: string, run: ClaimedRun): Verdict<Parsed>
  /**
   * Uses the result, in the transaction that finishes the run: the session's row is locked already, and the events it
   * appends come before `run.finished`. Runs exactly once for a run.
   */
  finish(ctx: AppContext, tx: Transaction, run: ClaimedRun, result: RunResult<Parsed>): Promise<void>
}

export type RunHandlers = Record<RunPurpose, RunHandler>
