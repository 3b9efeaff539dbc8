import type { Quote } from '@viva/client'
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react'
import { report as strings } from '#strings/report.ts'

/** A quote that is shown in the transcript, and where one came from. */
export interface ShownQuote {
  quote: Quote
  /** The id of the element to go back to. */
  from: string
}

/** Ways from one part of the report to another. */
interface Jumps {
  shownQuote: ShownQuote | null
  showQuote(shown: ShownQuote): void
  /** Goes back to where the shown quote was chosen. */
  goBack(): void
  /** The event to show; a new object each time, so that the same one can be asked for again. */
  shownEvent: { seq: number } | null
  showEvent(seq: number): void
  hasEvent(seq: number): boolean
}

const JumpsContext = createContext<Jumps | null>(null)

/** The id of an event's row in the log, which addresses may name. */
export const eventAnchor = (seq: number) => `event-${seq}`

function eventInAddress(): { seq: number } | null {
  const [, seq] = /^#event-(\d{1,9})$/.exec(location.hash) ?? []
  return seq === undefined ? null : { seq: Number(seq) }
}

/** @param seqs the events that the log shows */
export function JumpsProvider({ seqs, children }: { seqs: ReadonlySet<number>; children: ReactNode }) {
  const [shownQuote, setShownQuote] = useState<ShownQuote | null>(null)
  const [shownEvent, setShownEvent] = useState(eventInAddress)
  const jumps = useMemo(
    (): Jumps => ({
      shownQuote,
      showQuote: setShownQuote,
      goBack() {
        if (!shownQuote) return
        goTo(document.getElementById(shownQuote.from))
        setShownQuote(null)
      },
      shownEvent,
      showEvent: (seq) => setShownEvent({ seq }),
      hasEvent: (seq) => seqs.has(seq),
    }),
    [shownQuote, shownEvent, seqs],
  )
  return <JumpsContext value={jumps}>{children}</JumpsContext>
}

export function useJumps(): Jumps {
  const jumps = useContext(JumpsContext)
  if (!jumps) throw new Error('useJumps needs a JumpsProvider around it')
  return jumps
}

/** Gives an element the focus, in the middle of the window. */
export function goTo(element: HTMLElement | null): void {
  element?.focus({ preventScroll: true })
  element?.scrollIntoView({ block: 'center' })
}

/** A link to an event in the log below; its number alone where the log has none of that number. */
export function EventLink({ seq, children }: { seq: number; children?: ReactNode }) {
  const { showEvent, hasEvent } = useJumps()
  const label = children ?? strings.seal.event(seq)
  if (!hasEvent(seq)) return <span>{label}</span>
  return (
    <a
      href={`#${eventAnchor(seq)}`}
      className="inline-flex min-h-6 items-center rounded text-accent underline underline-offset-2 hover:text-accent-strong"
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return
        event.preventDefault()
        showEvent(seq)
      }}
    >
      {label}
    </a>
  )
}
