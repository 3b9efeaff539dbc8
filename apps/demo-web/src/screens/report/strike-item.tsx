import type { Report, SessionEvent, Severity, StrikeDecision } from '@viva/client'
import { Gavel, UserCheck } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { events as eventStrings } from '#strings/events.ts'
import { report as strings } from '#strings/report.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { formatDateTime, formatTime } from '../../ui/format.ts'
import { EventLink } from './jumps.tsx'
import { reviewsOf, type StrikeReviewEvent } from './reviews-of.ts'

const { strikes: words } = strings

const SEVERITY_TONES: Record<Severity, Tone> = { info: 'neutral', minor: 'warn', major: 'bad' }
const SIGNALS: Readonly<Record<string, string>> = eventStrings.signals

/** One strike: what was observed, what people decided, and the ways to decide. */
export function StrikeItem({
  strike,
  events,
  reviewers,
  justDecided,
  onDecide,
}: {
  strike: Report['strikes'][number]
  events: readonly SessionEvent[]
  /** People whose names are known. */
  reviewers: readonly { id: string; name: string }[]
  /** The decision that was made on this page a moment ago. */
  justDecided: object | null
  /** Null where the user may not decide. */
  onDecide: ((decision: StrikeDecision) => void) | null
}) {
  const { id, message, severity, ruleId, signals, review, at } = strike
  const heading = useRef<HTMLHeadingElement>(null)
  // The button that asked may be gone: what was decided is where the reader goes on.
  useEffect(() => {
    if (justDecided) heading.current?.focus()
  }, [justDecided])
  const earlier = reviewsOf(events, id).filter((made) => made.at !== review?.at)
  return (
    <article data-strike={review?.decision ?? 'open'} className="grid gap-2 text-sm">
      <h3
        ref={heading}
        tabIndex={-1}
        className={`text-base font-semibold wrap-anywhere ${review?.decision === 'lifted' ? 'text-muted line-through' : ''}`}
      >
        {message}
      </h3>
      <div className="flex flex-wrap items-center gap-2">
        <Decision review={review} />
        <Badge tone={SEVERITY_TONES[severity]}>{words.severity(eventStrings.severities[severity])}</Badge>
        <span className="text-muted">
          <time dateTime={at}>{formatTime(at)}</time>, {words.rule(ruleId)}
        </span>
      </div>
      <div>
        <h4 className="text-muted">{words.signals}</h4>
        <ul>
          {signals.map((signal) => (
            <li key={signal.seq} className="flex min-h-6 flex-wrap items-center gap-x-2">
              <time dateTime={signal.at} className="tabular-nums">
                {formatTime(signal.at)}
              </time>
              <EventLink seq={signal.seq}>{SIGNALS[signal.kind] ?? words.erasedSignal}</EventLink>
            </li>
          ))}
        </ul>
      </div>
      {review && (
        <blockquote className="border-l-4 border-line pl-3 wrap-anywhere">
          <p className="whitespace-pre-wrap">{review.reason}</p>
          <footer className="text-muted">
            {words.by(review.reviewer.name)}, <time dateTime={review.at}>{formatDateTime(review.at)}</time>
          </footer>
        </blockquote>
      )}
      {earlier.length > 0 && <History reviews={earlier} reviewers={reviewers} />}
      {onDecide && (
        <div className="flex flex-wrap gap-2 print:hidden">
          {review?.decision !== 'confirmed' && (
            <Button size="small" aria-label={words.confirmOf(message)} onClick={() => onDecide('confirmed')}>
              <Gavel aria-hidden className="size-4" />
              {words.confirm}
            </Button>
          )}
          {review?.decision !== 'lifted' && (
            <Button size="small" aria-label={words.liftOf(message)} onClick={() => onDecide('lifted')}>
              <UserCheck aria-hidden className="size-4" />
              {words.lift}
            </Button>
          )}
        </div>
      )}
    </article>
  )
}

function Decision({ review }: { review: Report['strikes'][number]['review'] }) {
  if (review === null) return <Badge tone="accent">{words.open}</Badge>
  return review.decision === 'lifted' ? (
    <Badge tone="good">{words.lifted}</Badge>
  ) : (
    <Badge tone="bad">{words.confirmed}</Badge>
  )
}

function History({
  reviews,
  reviewers,
}: {
  reviews: readonly StrikeReviewEvent[]
  reviewers: readonly { id: string; name: string }[]
}) {
  return (
    <details>
      <summary className="min-h-6 w-fit rounded text-muted">{words.history}</summary>
      <ul className="mt-1 grid gap-1">
        {reviews.map(({ seq, at, decision, reason, reviewerId }) => (
          <li key={seq} className="wrap-anywhere">
            <time dateTime={at} className="text-muted">
              {formatDateTime(at)}
            </time>{' '}
            <EventLink seq={seq}>{words[decision]}</EventLink>{' '}
            {words.by(reviewers.find((person) => person.id === reviewerId)?.name ?? words.unknownMember)}:{' '}
            {reason}
          </li>
        ))}
      </ul>
    </details>
  )
}
