import { useEffect, useState } from 'react'
import { onDraftElsewhere, readDraft, writeDraft } from './drafts.ts'

/** What the candidate types for one question, kept on this device with each keystroke. Mount it anew for each question. */
export function useDraft(
  sessionId: string,
  questionId: string,
): {
  text: string
  setText: (text: string) => void
  /** Whether it was there when the page came. */
  isRestored: boolean
  /** `empty` until something is typed; `unsaved` where the browser's storage is full or blocked. */
  kept: 'empty' | 'saved' | 'unsaved'
} {
  const [initial] = useState(() => readDraft(sessionId, questionId))
  const [text, show] = useState(initial)
  const [isKept, setKept] = useState(true)
  useEffect(() => onDraftElsewhere(sessionId, questionId, show), [sessionId, questionId])
  return {
    text,
    setText(next) {
      show(next)
      setKept(writeDraft(sessionId, questionId, next))
    },
    isRestored: initial !== '',
    kept: text === '' ? 'empty' : isKept ? 'saved' : 'unsaved',
  }
}
