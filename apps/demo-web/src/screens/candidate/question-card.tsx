import type { CandidateSession, Question, SessionHandle } from '@viva/client'
import { useConnection, useEvents } from '@viva/client/react'
import { CloudOff, Info, LoaderCircle } from 'lucide-react'
import type { ReactNode } from 'react'
import { room } from '#strings/candidate-room.ts'
import { Countdown } from './countdown.tsx'
import { questionPlace } from './question-place.ts'
import type { Step } from './use-questions.ts'

/** The question that is being answered with its clock, or what the candidate is waiting for. */
export function QuestionCard({
  session,
  state,
  step,
  children,
}: {
  session: SessionHandle
  state: CandidateSession
  step: Step
  /** Where it is answered. */
  children: ReactNode
}) {
  const events = useEvents(session)
  const question = step.kind === 'answering' ? step.question : null
  const place = question && placeOf(events, question, state.interview.questionCount)
  return (
    <section
      aria-label={room.timers.question}
      className="rounded-xl border border-line bg-surface p-4 sm:p-6"
    >
      {/* Read out once it is whole: word by word would be noise. */}
      <p role="status" className="sr-only">
        {question && place && room.spoken(place, question.text)}
      </p>
      {question && place ? (
        <div className="grid gap-5">
          <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
            <p className="text-sm font-medium text-muted">{place}</p>
            <Countdown
              key={question.id}
              feed={session}
              label={room.timers.question}
              deadlineAt={question.deadlineAt}
              warning={room.timers.warnQuestion}
              over={room.timers.overQuestion}
            />
          </div>
          <h2 className="max-w-prose text-xl leading-snug font-medium whitespace-pre-line wrap-anywhere">
            {question.text}
          </h2>
          {children}
        </div>
      ) : (
        <Waiting session={session} step={step} />
      )}
    </section>
  )
}

function placeOf(events: Parameters<typeof questionPlace>[0], question: Question, count: number): string {
  const place = questionPlace(events, question.id)
  if (place === null) return room.position(question.position)
  return place.isFollowUp ? room.followUp(place.index, count) : room.question(place.index, count)
}

function Waiting({ session, step }: { session: SessionHandle; step: Step }) {
  const connection = useConnection(session)
  const isAway = connection === 'offline' || connection === 'reconnecting'
  const text = step.kind === 'asking' ? step.text : ''
  const sending = isAway ? room.sendingOffline : room.sending
  const asking = isAway ? room.askingOffline : text === '' ? room.asking : room.writing
  const Icon = isAway ? CloudOff : LoaderCircle
  return (
    <div className="grid min-h-72 content-start gap-5">
      <p role="status" className="flex items-start gap-2.5 text-muted">
        <Icon aria-hidden className={`mt-0.5 size-5 shrink-0 ${isAway ? '' : 'animate-spin'}`} />
        {step.kind === 'restoring' ? room.loading : step.kind === 'sending' ? sending : asking}
      </p>
      {text !== '' && (
        <p
          aria-hidden
          data-streaming
          className="max-w-prose text-xl leading-snug font-medium whitespace-pre-line wrap-anywhere"
        >
          {text}
        </p>
      )}
    </div>
  )
}

/** Said beside the answer when its time is over. */
export function OverNotice() {
  return (
    <p className="flex items-start gap-2.5 rounded-lg bg-warn-soft p-3 text-sm text-warn">
      <Info aria-hidden className="mt-0.5 size-4 shrink-0" />
      {room.overNotice}
    </p>
  )
}
