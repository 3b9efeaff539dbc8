import type { Question } from '@viva/client'
import { Check, Send, TriangleAlert } from 'lucide-react'
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { room } from '#strings/candidate-room.ts'
import { common } from '#strings/common.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextArea } from '../../ui/field.tsx'
import { countWords } from './count-words.ts'
import { useDraft } from './use-draft.ts'
import { useLastWords } from './use-last-words.ts'

/** What the server takes as one answer, in characters. */
const LONGEST = 50_000

/** Where the candidate writes an answer. Each keystroke is kept on the device; nothing is cut off. */
export function AnswerForm({
  sessionId,
  question,
  sessionEndsAt,
  serverNow,
  takesFocus,
  isFirstTab,
  onAnswer,
}: {
  sessionId: string
  question: Question
  sessionEndsAt: string
  serverNow: () => Date
  /** Whether the candidate has just answered another one and wants to go on typing. */
  takesFocus: boolean
  isFirstTab: boolean
  onAnswer: (text: string) => void
}) {
  const { text, setText, isRestored, kept } = useDraft(sessionId, question.id)
  const [isSkipping, setSkipping] = useState(false)
  const field = useRef<HTMLDivElement>(null)
  const words = text.trim()
  const over = words.length - LONGEST

  useEffect(() => {
    if (takesFocus) field.current?.querySelector('textarea')?.focus()
  }, [takesFocus])
  useLastWords({
    isOn: isFirstTab,
    endsAt: sessionEndsAt,
    serverNow,
    words: words.slice(0, LONGEST),
    send: onAnswer,
  })

  const send = () => {
    if (words === '') setSkipping(true)
    else if (over <= 0) onAnswer(words)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    send()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    send()
  }
  return (
    <form onSubmit={submit} className="grid gap-3">
      <div ref={field}>
        <TextArea
          label={room.answer}
          hint={room.submitHint}
          error={over > 0 ? room.tooLong(over) : null}
          rows={8}
          className="max-h-[60dvh] min-h-48 text-base leading-relaxed"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
        />
      </div>
      <div className="flex min-h-6 flex-wrap items-center gap-x-4 gap-y-1 text-sm text-muted">
        <span className="tabular-nums">{room.words(countWords(text))}</span>
        <KeptState kept={kept} isRestored={isRestored} />
      </div>
      <div className="flex flex-wrap gap-3">
        <Button type="submit" variant="primary" size="large">
          <Send aria-hidden className="size-4" />
          {room.submit}
        </Button>
        <Button size="large" onClick={() => setSkipping(true)}>
          {room.skip}
        </Button>
      </div>
      {isSkipping && (
        <Dialog title={room.skipTitle} onClose={() => setSkipping(false)}>
          <div className="grid gap-4">
            <p>{room.skipText}</p>
            {words !== '' && <p className="font-medium text-warn">{room.skipLoses}</p>}
            <div className="flex flex-wrap justify-end gap-2">
              <Button onClick={() => setSkipping(false)}>{common.cancel}</Button>
              <Button variant="primary" onClick={() => onAnswer('')}>
                {room.skipConfirm}
              </Button>
            </div>
          </div>
        </Dialog>
      )}
    </form>
  )
}

function KeptState({ kept, isRestored }: { kept: 'empty' | 'saved' | 'unsaved'; isRestored: boolean }) {
  if (kept === 'unsaved') {
    return (
      <span role="alert" className="flex items-center gap-1.5 font-medium text-bad">
        <TriangleAlert aria-hidden className="size-4 shrink-0" />
        {room.notSaved}
      </span>
    )
  }
  if (kept === 'empty') return <span>{room.nothingYet}</span>
  return (
    <span className="flex items-center gap-1.5">
      <Check aria-hidden className="size-4 text-good" />
      {room.saved}
      {isRestored && <span>· {room.restored}</span>}
    </span>
  )
}
