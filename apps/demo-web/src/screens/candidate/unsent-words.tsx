import type { SessionHandle } from '@viva/client'
import { useEvents, usePending } from '@viva/client/react'
import { useState } from 'react'
import { end } from '#strings/candidate-end.ts'
import { Card } from '../../ui/card.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { listDrafts } from './drafts.ts'

/** Words that are on this device and did not reach the company: drafts, and answers that came after the end. */
export function UnsentWords({ session }: { session: SessionHandle }) {
  const events = useEvents(session)
  const { rejected } = usePending(session)
  const [drafts] = useState(() => listDrafts(session.id))
  const received = new Set(
    events.flatMap(({ type, payload }) =>
      type === 'answer.received' && payload !== null ? [`${payload.questionId} ${payload.text.trim()}`] : [],
    ),
  )
  const refused = rejected.flatMap((item) =>
    item.kind === 'answer' && item.answer.text.trim() !== '' ? [item.answer] : [],
  )
  const items = [
    ...refused.map(({ id, questionId, text }) => ({ id, questionId, text, label: end.refusedAnswer })),
    ...drafts.map(({ questionId, text }) => ({ id: questionId, questionId, text, label: end.draft })),
  ].filter(
    ({ questionId, text }, index, all) =>
      text.trim() !== '' &&
      !received.has(`${questionId} ${text.trim()}`) &&
      all.findIndex((other) => other.questionId === questionId && other.text.trim() === text.trim()) ===
        index,
  )
  if (items.length === 0) return null
  // The log tells what has arrived: before it is here nothing can be said, but its place is kept.
  const className = events.length === 0 ? 'animate-pulse *:invisible' : ''
  return (
    <Card title={end.unsentTitle} description={end.unsentText} className={className}>
      <ul className="grid gap-4">
        {items.map(({ id, text, label }) => (
          <li key={id} className="grid justify-items-start gap-2">
            <p className="text-sm font-medium">{label}</p>
            <blockquote className="w-full rounded-lg bg-sunken p-3 text-sm whitespace-pre-wrap wrap-anywhere">
              {text}
            </blockquote>
            <CopyButton text={text} label={end.copyWords} />
          </li>
        ))}
      </ul>
    </Card>
  )
}
