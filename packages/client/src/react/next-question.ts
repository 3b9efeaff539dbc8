import type { Question } from '@viva/api/contract'
import type { AnyVivaError } from '../errors.ts'
import type { SessionHandle } from '../session.ts'
import { knownError } from './known-error.ts'
import { createSource, oncePer, type Source, useSource } from './source.ts'

/** How far the next question is. */
export type NextQuestionState = {
  /** Asks for the next question. While one is on its way, that one is waited for. */
  readonly next: () => void
  /** All of the question's text so far. It may become shorter: a try of the AI that failed starts anew. */
  readonly text: string
} & (
  | { readonly status: 'idle' | 'waiting' | 'done'; readonly question: null; readonly error: null }
  | { readonly status: 'asked'; readonly question: Question; readonly error: null }
  | { readonly status: 'failed'; readonly question: null; readonly error: AnyVivaError }
)

/**
 * The next question of a session, word by word while the AI writes it. `done` once the plan is through; `failed` where the
 * session is not active, has ended meanwhile, or the server could not be reached for long. What is under way ends with
 * the last component that shows it.
 *
 * @example
 * const { status, text, question, next } = useNextQuestion(session)
 * useEffect(next, [next])
 * return <h2 aria-busy={status === 'waiting'}>{text}</h2>
 */
export function useNextQuestion(session: SessionHandle): NextQuestionState {
  return useSource(questionOf(session))
}

const questionOf = oncePer((session: SessionHandle): Source<NextQuestionState> => {
  let asking: AbortController | null = null
  let tell = (): void => undefined
  const nothing = { text: '', question: null, error: null, next }
  const idle: NextQuestionState = { ...nothing, status: 'idle' }
  let state: NextQuestionState = idle

  function next(): void {
    if (asking !== null) return
    const own = new AbortController()
    asking = own
    const become = (changed: NextQuestionState) => {
      if (asking !== own) return
      state = changed
      tell()
    }
    const waiting = (text: string) => become({ ...nothing, status: 'waiting', text })
    const end = (changed: NextQuestionState) => {
      become(changed)
      if (asking === own) asking = null
    }
    waiting('')
    session.nextQuestion({ signal: own.signal, onText: waiting }).then(
      (question) =>
        end(
          question === null
            ? { ...nothing, status: 'done' }
            : { ...nothing, status: 'asked', text: question.text, question },
        ),
      (error: unknown) => end({ ...nothing, status: 'failed', error: knownError(error) }),
    )
  }

  return createSource(
    () => state,
    (changed) => {
      tell = changed
      return () => {
        tell = () => undefined
        asking?.abort()
        asking = null
        state = idle
      }
    },
  )
})
