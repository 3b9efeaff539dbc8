import { CornerUpLeft } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { report as strings } from '#strings/report.ts'
import { Button } from '../../ui/button.tsx'
import { goTo, useJumps } from './jumps.tsx'
import { cutAtQuote } from './passages.ts'

/** An answer's words; with the passage marked, and the focus on it, when a quote of it is asked for. */
export function AnswerText({ answerId, text }: { answerId: string; text: string }) {
  const { shownQuote, goBack } = useJumps()
  const mark = useRef<HTMLElement>(null)
  const whole = useRef<HTMLParagraphElement>(null)
  const isMine = shownQuote?.quote.answerId === answerId
  const passages = isMine ? cutAtQuote(text, shownQuote.quote) : null
  useEffect(() => {
    if (isMine && shownQuote) goTo(mark.current ?? whole.current)
  }, [isMine, shownQuote])
  if (!passages) {
    // Not to be marked, but still where the quote comes from.
    return (
      <p
        ref={whole}
        tabIndex={isMine ? -1 : undefined}
        className="max-w-prose whitespace-pre-wrap wrap-anywhere"
      >
        {text}
      </p>
    )
  }
  return (
    <>
      <p className="max-w-prose whitespace-pre-wrap wrap-anywhere">
        {passages.before}
        <mark
          ref={mark}
          tabIndex={-1}
          className="rounded-sm bg-warn-soft text-ink underline decoration-warn decoration-2 underline-offset-2"
        >
          {passages.quoted}
        </mark>
        {passages.after}
      </p>
      <div>
        <Button size="small" onClick={goBack}>
          <CornerUpLeft aria-hidden className="size-4" />
          {strings.transcript.backToScore}
        </Button>
      </div>
    </>
  )
}
