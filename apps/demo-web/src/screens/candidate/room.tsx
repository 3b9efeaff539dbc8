import { type CandidateSession, isVivaError, type SessionHandle } from '@viva/client'
import { useServerNow } from '@viva/client/react'
import { AppWindow, CircleCheckBig, Maximize, TriangleAlert } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { room } from '#strings/candidate-room.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Page } from '../../ui/page.tsx'
import { Failure } from '../../ui/states.tsx'
import { AnswerForm } from './answer-form.tsx'
import { readDraft } from './drafts.ts'
import { OverNotice, QuestionCard } from './question-card.tsx'
import { RecordingCard } from './recording-card.tsx'
import { FinishDialog, RoomActions } from './room-actions.tsx'
import { RoomBar } from './room-bar.tsx'
import { readNotes } from './session-notes.ts'
import { StrikesCard } from './strikes-card.tsx'
import { useTabRole } from './tab-lock.ts'
import { enterFullscreen, useIsFullscreen } from './use-fullscreen.ts'
import { useQuestions } from './use-questions.ts'
import { useRecording } from './use-recording.ts'
import { useSignals } from './use-signals.ts'

/** The interview itself. */
export function Room({
  session,
  state,
  refresh,
}: {
  session: SessionHandle
  state: CandidateSession
  refresh: () => void
}) {
  const role = useTabRole(session.id)
  const isWatched = state.consents.browser === true
  useSignals(session, isWatched && role === 'first')
  const { step, outcome, answer } = useQuestions(session, state)
  const question = step.kind === 'answering' ? step.question : null
  const recording = useRecording(session, state, {
    questionId: question?.id ?? null,
    isFirstTab: role === 'first',
  })
  const hasSide = isWatched || recording.sensors.length > 0
  const [isFinishing, setFinishing] = useState(false)
  const hasAnswered = useRef(false)

  const isOver = step.kind === 'failed' && isVivaError(step.error, 'INVALID_STATE')
  useEffect(() => {
    // It ended meanwhile: the session knows why.
    if (isOver) refresh()
  }, [isOver, refresh])

  return (
    <Page
      title={state.interview.title}
      actions={<RoomActions session={session} onFinish={() => setFinishing(true)} />}
    >
      {/* Always there: what comes together with its region may not be read out. */}
      <div role="status">
        {role === 'other' && (
          <div className="mb-4 flex gap-3 rounded-xl border border-warn bg-warn-soft p-4 text-warn">
            <AppWindow aria-hidden className="mt-0.5 size-5 shrink-0" />
            <div className="grid gap-1">
              <p className="font-medium">{room.otherTab.title}</p>
              <p className="text-sm">{room.otherTab.text}</p>
            </div>
          </div>
        )}
      </div>
      <FullscreenNotice sessionId={session.id} />
      <RoomBar session={session} state={state} />
      <div className={`grid items-start gap-4 ${hasSide ? 'lg:grid-cols-[minmax(0,1fr)_20rem]' : ''}`}>
        <div className="grid min-w-0 gap-4">
          <p role="status" className="sr-only">
            {outcome === 'sent' ? room.sent : outcome === 'late' ? room.sentLate : ''}
          </p>
          {step.kind === 'failed' && !isOver && <Failure error={step.error} onRetry={step.retry} />}
          {step.kind === 'done' && (
            <Card title={room.done.title} description={room.done.text}>
              <Button variant="primary" size="large" onClick={() => setFinishing(true)}>
                <CircleCheckBig aria-hidden className="size-5" />
                {room.finishConfirm}
              </Button>
            </Card>
          )}
          {step.kind !== 'done' && step.kind !== 'failed' && (
            <QuestionCard session={session} state={state} step={step}>
              {question && (
                <>
                  {outcome === 'refused' && (
                    <p
                      role="alert"
                      className="flex items-start gap-2.5 rounded-lg bg-bad-soft p-3 text-sm text-bad"
                    >
                      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
                      {room.refused}
                    </p>
                  )}
                  <IfOver session={session} deadlineAt={question.deadlineAt} />
                  <AnswerForm
                    key={question.id}
                    sessionId={session.id}
                    question={question}
                    sessionEndsAt={state.deadlineAt}
                    serverNow={session.serverNow}
                    takesFocus={hasAnswered.current}
                    isFirstTab={role === 'first'}
                    onAnswer={(text) => {
                      hasAnswered.current = true
                      answer(question, text)
                    }}
                  />
                </>
              )}
            </QuestionCard>
          )}
        </div>
        {/* On a phone it stands below the question, whose height is known only then. */}
        {step.kind !== 'restoring' && (
          <div className="grid gap-4">
            {role !== 'other' && <RecordingCard recording={recording} isAnswering={question !== null} />}
            {isWatched && <StrikesCard session={session} />}
          </div>
        )}
      </div>
      {isFinishing && (
        <FinishDialog
          session={session}
          isEarly={step.kind !== 'done'}
          hasDraft={question !== null && readDraft(session.id, question.id).trim() !== ''}
          uploads={recording.queue.waiting}
          onStop={recording.finish}
          onClose={() => setFinishing(false)}
        />
      )}
    </Page>
  )
}

/** Says what it means that a question's time is over. */
function IfOver({ session, deadlineAt }: { session: SessionHandle; deadlineAt: string }) {
  const isOver = Date.parse(deadlineAt) <= useServerNow(session).getTime()
  return isOver ? <OverNotice /> : null
}

/** The way back for a candidate who wanted fullscreen; a reload leaves it, too. */
function FullscreenNotice({ sessionId }: { sessionId: string }) {
  const { fullscreen } = room
  const isFull = useIsFullscreen()
  const [isWanted] = useState(() => readNotes(sessionId).fullscreen === true)
  if (!isWanted) return null
  return (
    <div
      className={
        isFull
          ? ''
          : 'mb-4 flex flex-wrap items-center justify-between gap-3 rounded-xl border border-line bg-surface px-4 py-2 text-sm'
      }
    >
      <p role="status">{!isFull && fullscreen.left}</p>
      {!isFull && (
        <Button size="small" onClick={() => void enterFullscreen()}>
          <Maximize aria-hidden className="size-4" />
          {fullscreen.back}
        </Button>
      )}
    </div>
  )
}
