import type { SessionEvent, TranscriptEntry } from '@viva/client'
import { CornerDownRight, MessageCircleQuestion, TriangleAlert } from 'lucide-react'
import { useMemo } from 'react'
import { events as eventStrings } from '#strings/events.ts'
import { report as strings } from '#strings/report.ts'
import { Badge } from '../../ui/badge.tsx'
import { Card } from '../../ui/card.tsx'
import { formatTime } from '../../ui/format.ts'
import { Empty } from '../../ui/states.tsx'
import { AnswerText } from './answer-text.tsx'
import { EventLink, goTo } from './jumps.tsx'
import { type Observation, observedMeanwhile } from './meanwhile.ts'
import { recordingAnchor } from './recording-groups.ts'

const { transcript: words } = strings

/** Everything that was asked and answered, with what was observed meanwhile. */
export function Transcript({
  transcript,
  events,
}: {
  transcript: readonly TranscriptEntry[]
  events: readonly SessionEvent[]
}) {
  const observed = useMemo(() => observedMeanwhile(transcript, events), [transcript, events])
  return (
    <Card title={words.title}>
      {transcript.length === 0 ? (
        <Empty icon={MessageCircleQuestion} title={words.empty} />
      ) : (
        <ol className="grid gap-6">
          {transcript.map((entry) => (
            <li key={entry.question.id} className={entry.question.followUpOf === null ? '' : 'pl-4 sm:pl-8'}>
              <Entry entry={entry} observations={observed.get(entry.question.id) ?? []} />
            </li>
          ))}
        </ol>
      )}
    </Card>
  )
}

function Entry({
  entry: { question, answers },
  observations,
}: {
  entry: TranscriptEntry
  observations: readonly Observation[]
}) {
  const { position, followUpOf } = question
  return (
    <article aria-labelledby={`question-${question.id}`} className="grid gap-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 id={`question-${question.id}`} className="flex items-center gap-1.5 font-semibold">
          {followUpOf !== null && <CornerDownRight aria-hidden className="size-4 text-muted" />}
          {followUpOf === null ? eventStrings.question(position) : eventStrings.followUp(position)}
        </h3>
        <span className="text-sm text-muted">
          {words.askedAt} <time dateTime={question.askedAt}>{formatTime(question.askedAt)}</time>
        </span>
      </div>
      <p className="max-w-prose whitespace-pre-wrap text-muted wrap-anywhere">{question.text}</p>
      {answers.length === 0 && <p className="text-sm text-muted italic">{words.noAnswer}</p>}
      {answers.map((answer) => (
        <div key={answer.id} className="grid gap-1 border-l-4 border-accent pl-3">
          {answer.text === '' ? (
            <p className="text-muted italic">{words.emptyAnswer}</p>
          ) : (
            <AnswerText answerId={answer.id} text={answer.text} />
          )}
          <div className="flex min-h-6 flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted">
            <span>
              {words.answeredAt} <time dateTime={answer.receivedAt}>{formatTime(answer.receivedAt)}</time>
            </span>
            {answer.late && <Badge tone="warn">{words.late}</Badge>}
            {answer.mediaId !== null && <RecordingLink questionId={question.id} />}
          </div>
        </div>
      ))}
      <Meanwhile observations={observations} />
    </article>
  )
}

function RecordingLink({ questionId }: { questionId: string }) {
  const anchor = recordingAnchor(questionId)
  return (
    <a
      href={`#${anchor}`}
      className="inline-flex min-h-6 items-center rounded text-accent underline underline-offset-2"
      onClick={(event) => {
        event.preventDefault()
        goTo(document.getElementById(anchor))
      }}
    >
      {words.toRecording}
    </a>
  )
}

/** In small beside what was said; a line that is there in any case, so that the log moves nothing when it comes. */
function Meanwhile({ observations }: { observations: readonly Observation[] }) {
  return (
    <div className="flex min-h-6 flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted">
      <span>{words.meanwhile}</span>
      {observations.length === 0 && <span>{words.nothing}</span>}
      {observations.map(({ title, isStrike, seqs: [first = 0, ...others] }) => (
        <span key={title} className="inline-flex items-center gap-1">
          {isStrike && <TriangleAlert aria-hidden className="size-3.5 text-bad" />}
          <EventLink seq={first}>{words.times(title, others.length + 1)}</EventLink>
        </span>
      ))}
    </div>
  )
}
