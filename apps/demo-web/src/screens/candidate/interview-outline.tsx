import type { CandidateSession } from '@viva/client'
import { CalendarClock, Hourglass, ListOrdered, RotateCcw, Timer } from 'lucide-react'
import { outline } from '#strings/candidate-arrival.ts'
import { Card } from '../../ui/card.tsx'

/** What an interview asks of its candidate: the introduction, how much there is, and how long it may take. */
export function InterviewOutline({ interview }: { interview: CandidateSession['interview'] }) {
  const { introduction, limits, questionCount } = interview
  const points = [
    { icon: ListOrdered, text: outline.questions(questionCount) },
    { icon: Hourglass, text: outline.total(limits.totalSeconds) },
    { icon: Timer, text: outline.each(limits.questionSeconds) },
    { icon: CalendarClock, text: outline.late },
    { icon: RotateCcw, text: outline.resume },
  ]
  return (
    <Card title={outline.title}>
      <div className="grid gap-4">
        {introduction !== '' && <p className="max-w-prose whitespace-pre-line">{introduction}</p>}
        <ul className="grid gap-2 text-sm">
          {points.map(({ icon: Icon, text }) => (
            <li key={text} className="flex items-start gap-2.5">
              <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
              <span>{text}</span>
            </li>
          ))}
        </ul>
      </div>
    </Card>
  )
}
