/**
 * What the candidate has typed and not handed in, kept on this device at each keystroke: a tab that crashes in the middle
 * of a word loses nothing. Written at once and not after a pause, since nothing says when the last moment is.
 */
const PREFIX = 'viva-web.draft'

const keyOf = (sessionId: string, questionId: string) => `${PREFIX}.${sessionId}.${questionId}`

/** What was typed for a question; empty where nothing was. */
export function readDraft(sessionId: string, questionId: string): string {
  try {
    return localStorage.getItem(keyOf(sessionId, questionId)) ?? ''
  } catch {
    // Storage is blocked.
    return ''
  }
}

/** @returns whether it is kept: a storage can be full or forbidden, which the candidate must know */
export function writeDraft(sessionId: string, questionId: string, text: string): boolean {
  try {
    if (text === '') localStorage.removeItem(keyOf(sessionId, questionId))
    else localStorage.setItem(keyOf(sessionId, questionId), text)
    return true
  } catch {
    return false
  }
}

/** All that was typed for a session's questions and is still here. */
export function listDrafts(sessionId: string): { questionId: string; text: string }[] {
  const prefix = keyOf(sessionId, '')
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(prefix))
      .map((key) => ({ questionId: key.slice(prefix.length), text: localStorage.getItem(key) ?? '' }))
  } catch {
    return []
  }
}

/** Calls back when another tab has changed what is kept for a question. @returns takes the listener away */
export function onDraftElsewhere(
  sessionId: string,
  questionId: string,
  listener: (text: string) => void,
): () => void {
  const hear = ({ key, newValue }: StorageEvent) => {
    if (key === keyOf(sessionId, questionId)) listener(newValue ?? '')
  }
  addEventListener('storage', hear)
  return () => removeEventListener('storage', hear)
}
