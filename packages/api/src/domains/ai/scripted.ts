import type { AiChunk, AiProvider, AiTask } from '../../core/ports/ai.ts'
import { FOLLOW_UPS, GENERAL_QUESTIONS, QUESTION_BANK } from './question-bank.ts'

/**
 * The interviewer that needs no key: the same task always gets the same question, from the interview's own plan and a
 * small bank. It never scores and never summarises: `canScore` is false, and a report then says "not scored".
 *
 * @param options.wordDelayMs pause between words, for a stream that a person can watch
 */
export function createScriptedProvider(options: { wordDelayMs?: number } = {}): AiProvider {
  const { wordDelayMs = 0 } = options
  return {
    name: 'scripted',
    model: 'question-bank-1',
    canScore: false,
    price: { inputPerMillion: 0, outputPerMillion: 0 },
    async *stream(request): AsyncGenerator<AiChunk, void, void> {
      for (const text of scriptedText(request.task).match(/\S+\s*/g) ?? []) {
        if (request.signal.aborted) return
        if (wordDelayMs > 0) await pause(wordDelayMs, request.signal)
        yield { type: 'text', text }
      }
      yield { type: 'usage', inputTokens: 0, outputTokens: 0 }
    },
  }
}

/** What the scripted provider says to a task; nothing where only a model could answer. Pure. */
export function scriptedText(task: AiTask): string {
  switch (task.purpose) {
    case 'question': {
      const words = new Set(task.topic.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
      const known = QUESTION_BANK.map((entry) => ({
        entry,
        hits: entry.keywords.filter((keyword) => words.has(keyword)).length,
      })).reduce((best, next) => (next.hits > best.hits ? next : best))
      const questions = (known.hits > 0 ? known.entry.questions : GENERAL_QUESTIONS)[task.difficulty]
      return inTurn(questions, task.position).replace('{topic}', () => task.topic)
    }
    case 'follow_up':
      return inTurn(FOLLOW_UPS, task.position)
    case 'scoring':
    case 'summary':
      return ''
  }
}

/** The position picks the question, so that two questions on one topic differ. */
function inTurn(texts: readonly [string, ...string[]], position: number): string {
  return texts[(Math.max(1, position) - 1) % texts.length] ?? texts[0]
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, ms)
    signal.addEventListener('abort', finish)
  })
}
