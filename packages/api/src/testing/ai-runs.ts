import type { RunPurpose } from '../contract/index.ts'
import { transaction } from '../core/transaction.ts'
import { enqueueRun, type RunHandlers, type RunResult } from '../domains/ai/index.ts'
import { memberOf } from './people.ts'
import type { TestApp } from './test-app.ts'

/** Handlers that ask for a word and take anything but "bad", with what they were given to finish, in order. */
export function plainRunHandlers(): RunHandlers & { finished: RunResult<unknown>[] } {
  const finished: RunResult<unknown>[] = []
  const handlerOf = (purpose: RunPurpose): RunHandlers[RunPurpose] => ({
    prompt: () =>
      Promise.resolve({
        messages: [
          { role: 'system', content: 'Say a word.' },
          { role: 'user', content: 'Now.' },
        ],
        promptVersion: 'test.1',
        maxOutputTokens: 100,
        temperature: 0,
        task:
          purpose === 'question'
            ? { purpose, topic: 'databases', difficulty: 'easy', position: 1 }
            : purpose === 'follow_up'
              ? { purpose, question: 'Q', answer: 'A', position: 1 }
              : purpose === 'scoring'
                ? { purpose, criterionIds: [] }
                : { purpose },
      }),
    validate: (text) =>
      text.startsWith('bad') ? { ok: false, problem: 'it is bad' } : { ok: true, value: text },
    finish: (_ctx, _tx, _run, result) => {
      finished.push(result)
      return Promise.resolve()
    },
  })
  return {
    question: handlerOf('question'),
    follow_up: handlerOf('follow_up'),
    scoring: handlerOf('scoring'),
    summary: handlerOf('summary'),
    finished,
  }
}

/** Puts a run into the queue, as a verb would. */
export function orderRun(
  app: TestApp,
  run: { sessionId: string; companyId: string; purpose?: RunPurpose },
): Promise<string> {
  const { sessionId, companyId, purpose = 'question' } = run
  return transaction(app.ctx, (tx) =>
    enqueueRun(app.ctx, tx, { sessionId, companyId, purpose, task: { test: true } }),
  )
}

/** What a reviewer sees of a run, and the events of its session. */
export async function recordedRun(app: TestApp, of: { sessionId: string; companyId: string }, runId: string) {
  const { sessionId, companyId } = of
  const reviewer = await memberOf(app, { companyId, role: 'reviewer' })
  const { items } = await reviewer.api.ai.runs.query({ companyId, sessionId })
  const run = items.find(({ id }) => id === runId)
  if (!run) throw new Error('the run is not listed')
  const events = await app.db.sql<{ type: string; payload: Record<string, unknown> }[]>`
    select type, payload from session_events where session_id = ${sessionId} order by seq`
  return { run, events: events.map(({ type, payload }) => ({ type, payload })) }
}
