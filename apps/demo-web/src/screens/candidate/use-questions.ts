import type { AnyVivaError, CandidateSession, ConnectionStatus, Question, SessionHandle } from '@viva/client'
import { isVivaError } from '@viva/client'
import { useConnection, useNextQuestion } from '@viva/client/react'
import { useCallback, useEffect, useState } from 'react'
import { readDraft, writeDraft } from './drafts.ts'

/** Wait before asking once more for a question that could not be had, in ms. */
const AGAIN_MS = 3000

/** Where the candidate stands between two questions. */
export type Step =
  /** Looking at what a page before this one has left behind. */
  | { kind: 'restoring' }
  | { kind: 'answering'; question: Question }
  /** The answer is on this device, and the next question comes once the server has it. */
  | { kind: 'sending' }
  /** `text` is what the AI has written so far. */
  | { kind: 'asking'; text: string }
  | { kind: 'failed'; error: AnyVivaError; retry: () => void }
  | { kind: 'done' }

/** How the last answer of this page went. */
export type Outcome = 'sent' | 'late' | 'refused'

/**
 * Leads through the questions: shows one, takes its answer, waits until the server has it, asks for the next. All of it
 * goes on after a reload, offline and after a restart of the server, since nothing that matters is kept here.
 */
export function useQuestions(
  session: SessionHandle,
  state: CandidateSession,
): { step: Step; outcome: Outcome | null; answer: (question: Question, text: string) => void } {
  const next = useNextQuestion(session)
  const connection = useConnection(session)
  /** Questions whose answers are on their way; null until this device's storage was looked at. */
  const [sent, setSent] = useState<ReadonlySet<string> | null>(null)
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const [failure, setFailure] = useState<AnyVivaError | null>(null)

  useEffect(() => {
    let isGone = false
    void session.pendingAnswers().then((waiting) => {
      if (!isGone) setSent(new Set(waiting.map(({ questionId }) => questionId)))
    })
    return () => {
      isGone = true
    }
  }, [session])

  const question = later(next.question, state.currentQuestion)
  const isOpen = question !== null && !question.answered && sent?.has(question.id) === false
  const isAsking = next.status === 'waiting'
  const isDone = next.status === 'done'
  const mustGoOn =
    sent !== null && !isOpen && !isAsking && !isDone && failure === null && next.status !== 'failed'
  const askNext = next.next

  useEffect(() => {
    if (!mustGoOn) return
    const giveUp = new AbortController()
    session.flush({ signal: giveUp.signal }).then(
      () => {
        // In this order: with nothing sent and nothing asked for, the old question would show for a moment.
        askNext()
        setSent(new Set())
      },
      (error: unknown) => {
        if (!giveUp.signal.aborted && isVivaError(error)) setFailure(error)
      },
    )
    return () => giveUp.abort()
  }, [mustGoOn, session, askNext])

  const retry = useCallback(() => {
    setFailure(null)
    askNext()
  }, [askNext])
  useRetry(next.status === 'failed' && next.error.retryable, connection, retry)

  function answer({ id }: Question, text: string): void {
    setSent(new Set([...(sent ?? []), id]))
    setOutcome(null)
    session.answer({ questionId: id, text }).then(
      ({ late }) => {
        if (readDraft(session.id, id).trim() === text) writeDraft(session.id, id, '')
        setOutcome(late ? 'late' : 'sent')
      },
      (error: unknown) => {
        // The draft stays: the words are the candidate's, whatever the server thinks of them.
        if (!isVivaError(error, 'ABORTED')) setOutcome('refused')
      },
    )
  }

  return { step: stepOf(), outcome, answer }

  function stepOf(): Step {
    if (sent === null) return { kind: 'restoring' }
    if (isAsking) return { kind: 'asking', text: next.text }
    if (isDone) return { kind: 'done' }
    if (failure !== null) return { kind: 'failed', error: failure, retry }
    if (next.status === 'failed' && !isOpen) {
      return next.error.retryable
        ? { kind: 'asking', text: '' }
        : { kind: 'failed', error: next.error, retry }
    }
    if (isOpen) return { kind: 'answering', question }
    return { kind: 'sending' }
  }
}

/** The newer of what this page asked for and what the server says is current, which another tab may have moved on. */
function later(own: Question | null, servers: Question | null): Question | null {
  if (own === null || servers === null) return own ?? servers
  return own.position > servers.position ? own : servers
}

/** Tries again as soon as the connection is back, and after a while in any case. */
function useRetry(isDue: boolean, connection: ConnectionStatus, retry: () => void): void {
  useEffect(() => {
    if (!isDue) return
    if (connection === 'open') {
      const timer = setTimeout(retry, AGAIN_MS)
      return () => clearTimeout(timer)
    }
    const timer = setInterval(retry, AGAIN_MS)
    return () => clearInterval(timer)
  }, [isDue, connection, retry])
}
