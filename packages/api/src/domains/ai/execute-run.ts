import type { Run, RunPurpose } from '../../contract/index.ts'
import type { AppContext } from '../../core/context.ts'
import { isAppError } from '../../core/errors.ts'
import type { AiMessage, AiProvider } from '../../core/ports/ai.ts'
import { delay } from './abort.ts'
import { type CallResult, callProvider } from './call-provider.ts'
import type { RunPrompt, RunResult, Verdict } from './run-handler.ts'
import { createScriptedProvider } from './scripted.ts'
import { reserveTokens, settleTokens } from './token-budget.ts'
import { costOf, estimateInputTokens, type TokenCount } from './tokens.ts'

/** Calls of one provider for one prompt, while it fails in ways that pass. */
const TRIES = 3
const BACK_OFF_MS = 250
/** A provider that wants to be left alone for longer is passed over. */
const LONGEST_WAIT_MS = 5000
/** No new call of a model begins after this many time-outs' worth of time: somebody is waiting for a question. */
const PATIENCE: Record<RunPurpose, number> = { question: 2, follow_up: 2, scoring: 6, summary: 6 }
const MAX_ERROR_LENGTH = 2000
const MAX_REPAIR_LENGTH = 8000

/** Where an answer goes while it streams. */
export interface Draft {
  /** A call begins, and with it the text anew. Rejects when the run is no longer ours. */
  begin(call: { provider: AiProvider; promptVersion: string; messages: readonly AiMessage[] }): Promise<void>
  /** The whole text of the call so far. */
  write(text: string): void
}

/** What a run cost so far; kept up to date while it works, so that it is known also when the run is broken off. */
export interface Spent {
  inputTokens: number
  outputTokens: number
  costMicroUsd: number | null
}

/** What came of a run. */
export interface Execution<Parsed> {
  result: RunResult<Parsed>
  errorCode: Run['errorCode']
  /** Every try that failed, and why. */
  error: string | null
}

/**
 * The providers for a purpose, in the order they are tried. Questions end with the scripted provider, which always has
 * one; scoring and summing up need a model.
 */
export function providersFor(purpose: RunPurpose, providers: readonly AiProvider[]): AiProvider[] {
  if (purpose === 'scoring' || purpose === 'summary') return providers.filter(({ canScore }) => canScore)
  const scripted = providers.findIndex(({ canScore }) => !canScore)
  return scripted >= 0 ? providers.slice(0, scripted + 1) : [...providers, createScriptedProvider()]
}

/**
 * Gets an answer for a prompt. Each provider in turn is called, again after failures that pass, and once more with what
 * was wrong when its answer does not validate. Tokens are reserved before each call and settled after it. Holds no
 * transaction.
 *
 * @throws the signal's reason when aborted, and what `draft.begin` throws; nothing else that a provider does
 */
export async function executeRun<Parsed>(
  ctx: AppContext,
  work: {
    companyId: string
    purpose: RunPurpose
    prompt: RunPrompt
    providers: readonly AiProvider[]
    validate(text: string): Verdict<Parsed>
    draft: Draft
    spent: Spent
    signal: AbortSignal
  },
): Promise<Execution<Parsed>> {
  const { prompt, providers, signal } = work
  const started = performance.now()
  const failures: string[] = []
  let errorCode: Run['errorCode'] = null
  let lastText = ''

  for (const [index, provider] of providers.entries()) {
    const isModel = provider.canScore
    let messages = prompt.messages
    let repaired = false
    for (let tries = 1; tries <= TRIES; ) {
      const outOfTime = performance.now() - started > PATIENCE[work.purpose] * ctx.config.aiTimeoutMs
      if (isModel && (outOfTime || errorCode === 'AI_BUDGET_EXCEEDED')) break
      const call = await callWithinBudget(ctx, { ...work, provider, messages })
      if (call === 'over budget') {
        errorCode = 'AI_BUDGET_EXCEEDED'
        failures.push(`${provider.name}: the daily token cap is reached`)
        break
      }
      signal.throwIfAborted()
      lastText = call.text
      if (call.failure) {
        failures.push(`${provider.name}: ${call.failure.message}`)
        const wait = waitBefore(ctx, tries, call.failure.retryAfterMs)
        if (!call.failure.retryable || tries === TRIES || wait > LONGEST_WAIT_MS) break
        tries += 1
        await delay(wait, signal)
        continue
      }
      const verdict = work.validate(call.text)
      if (verdict.ok) {
        const outcome = isModel || index === 0 ? 'succeeded' : 'fallback'
        if (outcome === 'fallback') errorCode ??= 'AI_UNAVAILABLE'
        return {
          result: { outcome, parsed: verdict.value, text: call.text },
          errorCode: outcome === 'fallback' ? errorCode : null,
          error: joined(failures),
        }
      }
      failures.push(`${provider.name}: ${verdict.problem}`)
      if (repaired) break
      repaired = true
      messages = repairPrompt(prompt.messages, call.text, verdict.problem)
    }
  }
  const error = joined(failures) ?? 'no provider is configured for this'
  return {
    result: { outcome: 'failed', parsed: null, text: lastText, error },
    errorCode: errorCode ?? 'AI_UNAVAILABLE',
    error,
  }
}

/** One call between its reservation and its settlement. */
async function callWithinBudget(
  ctx: AppContext,
  work: {
    companyId: string
    prompt: RunPrompt
    provider: AiProvider
    messages: readonly AiMessage[]
    draft: Draft
    spent: Spent
    signal: AbortSignal
  },
): Promise<CallResult | 'over budget'> {
  const { prompt, provider, messages, spent, signal } = work
  const request = {
    messages,
    ...(prompt.schema ? { schema: prompt.schema } : {}),
    maxOutputTokens: prompt.maxOutputTokens,
    temperature: prompt.temperature,
    task: prompt.task,
  }
  const call = async (): Promise<CallResult> => {
    signal.throwIfAborted()
    await work.draft.begin({ provider, promptVersion: prompt.promptVersion, messages })
    return callProvider(provider, request, {
      timeoutMs: ctx.config.aiTimeoutMs,
      signal,
      onText: (text) => work.draft.write(text),
    })
  }
  // The scripted provider costs nothing and must answer also when the budget is gone.
  if (!provider.canScore) return call()

  const estimate = { inputTokens: estimateInputTokens(request), outputTokens: prompt.maxOutputTokens }
  const reservation = await reserveTokens(ctx, work.companyId, estimate).catch((error: unknown) => {
    if (isAppError(error, 'AI_BUDGET_EXCEEDED')) return null
    throw error
  })
  if (!reservation) return 'over budget'
  let used: TokenCount = { inputTokens: 0, outputTokens: 0 }
  try {
    const result = await call()
    used = result.tokens
    return result
  } finally {
    charge(spent, provider, used)
    await settleTokens(ctx, reservation, used)
  }
}

function charge(spent: Spent, provider: AiProvider, used: TokenCount): void {
  const cost = costOf(provider, used)
  spent.inputTokens += used.inputTokens
  spent.outputTokens += used.outputTokens
  spent.costMicroUsd = cost === null || spent.costMicroUsd === null ? null : spent.costMicroUsd + cost
}

/** What the provider asked for, or a pause that doubles, cut at random so that many callers do not return together. */
function waitBefore(ctx: AppContext, tries: number, retryAfterMs: number | null): number {
  if (retryAfterMs !== null) return retryAfterMs
  const [byte = 0] = ctx.random.bytes(1)
  return BACK_OFF_MS * 2 ** (tries - 1) * (0.5 + byte / 512)
}

function repairPrompt(messages: readonly AiMessage[], reply: string, problem: string): AiMessage[] {
  const quoted: AiMessage[] =
    reply === '' ? [] : [{ role: 'assistant', content: reply.slice(0, MAX_REPAIR_LENGTH).toWellFormed() }]
  return [
    ...messages,
    ...quoted,
    {
      role: 'user',
      content: `That reply cannot be used: ${problem}\nReply again, following the first instructions exactly.`,
    },
  ]
}

function joined(failures: readonly string[]): string | null {
  if (failures.length === 0) return null
  return failures.join('\n').slice(0, MAX_ERROR_LENGTH).replaceAll('\u0000', '').toWellFormed()
}
