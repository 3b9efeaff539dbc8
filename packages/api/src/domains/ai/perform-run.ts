import { isTerminal } from '../../contract/index.ts'
import type { AppContext } from '../../core/context.ts'
import { type Execution, executeRun, providersFor, type Spent } from './execute-run.ts'
import { finishRun } from './finish-run.ts'
import type { RunDraft } from './run-draft.ts'
import type { RunHandler } from './run-handler.ts'
import type { HeldRun } from './run-lease.ts'

/** So often a run is taken up in full; something about it may be what breaks the instances that try. */
const MAX_ATTEMPTS = 3

/**
 * Does one run that this instance holds, from prompt to result. After `MAX_ATTEMPTS` it is ended without a model, and if
 * that breaks as well, without its handler: nobody waits for ever on a run that cannot be done.
 */
export async function performRun(
  ctx: AppContext,
  handler: RunHandler,
  run: HeldRun,
  tools: { draft: RunDraft; spent: Spent; signal: AbortSignal },
): Promise<void> {
  const { draft, spent, signal } = tools
  const started = performance.now()
  const end = async (execution: Execution<unknown>, withHandler = true): Promise<void> => {
    await draft.settle()
    signal.throwIfAborted()
    await finishRun(ctx, run, {
      ...execution,
      output: draft.calls > run.calls ? execution.result.text : null,
      spent,
      latencyMs: Math.round(performance.now() - started),
      ...(withHandler ? { use: (tx) => handler.finish(ctx, tx, run, execution.result) } : {}),
    })
  }

  const isQuestion = run.purpose === 'question' || run.purpose === 'follow_up'
  if (isQuestion && isTerminal(run.sessionState)) {
    return end(failed('the session closed before the question was written'))
  }
  const broken = `taken up ${run.attempt - 1} times and never finished`
  if (run.attempt > MAX_ATTEMPTS + 1) return end(failed(broken), false)
  if (run.attempt > MAX_ATTEMPTS && !isQuestion) return end(failed(broken))

  const prompt = await handler.prompt(ctx, run)
  const all = providersFor(run.purpose, ctx.ai)
  const execution = await executeRun(ctx, {
    companyId: run.companyId,
    purpose: run.purpose,
    prompt,
    providers: run.attempt > MAX_ATTEMPTS ? all.filter(({ canScore }) => !canScore) : all,
    validate: (text) => handler.validate(text, run),
    draft,
    spent,
    signal,
  })
  await end(execution)
}

function failed(error: string): Execution<never> {
  return { result: { outcome: 'failed', parsed: null, text: '', error }, errorCode: 'AI_UNAVAILABLE', error }
}
