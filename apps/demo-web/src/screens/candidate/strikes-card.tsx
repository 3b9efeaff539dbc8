import type { SessionHandle } from '@viva/client'
import { Eye, Undo2 } from 'lucide-react'
import { strikes as strikesStrings } from '#strings/candidate-strikes.ts'
import { Card } from '../../ui/card.tsx'
import { formatTime } from '../../ui/format.ts'
import { type SeenStrike, useStrikes } from './use-strikes.ts'

/** What the page noticed and a rule objected to, told calmly; and what a person took back. Its place is kept from the start. */
export function StrikesCard({ session }: { session: SessionHandle }) {
  const strings = strikesStrings
  const strikes = useStrikes(session)
  const [spoken] = strikes.toSorted((one, other) => (newsAt(one) < newsAt(other) ? 1 : -1))
  return (
    <>
      <p role="status" className="sr-only">
        {/* With its time: the same words once more would not be read out. */}
        {spoken &&
          `${formatTime(newsAt(spoken))} ${(isLifted(spoken) ? strings.spokenLifted : strings.spoken)(spoken.message)}`}
      </p>
      <Card title={strings.title} description={strikes.length > 0 ? strings.text : strings.none}>
        <StrikeList strikes={strikes} />
      </Card>
    </>
  )
}

/** Strikes, each with what a person said to it. */
export function StrikeList({ strikes }: { strikes: readonly SeenStrike[] }) {
  const strings = strikesStrings
  return (
    <ul className="grid gap-3 text-sm">
      {strikes.map((strike) => {
        const { id, message, at, review } = strike
        const Icon = isLifted(strike) ? Undo2 : Eye
        return (
          <li key={id} className="flex items-start gap-2.5">
            <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
            <div className="grid min-w-0 gap-0.5">
              <p className={isLifted(strike) ? 'text-muted line-through' : ''}>{message}</p>
              <time dateTime={at} className="text-xs text-muted">
                {formatTime(at)}
              </time>
              {review && (
                <p className="wrap-anywhere">
                  {review.decision === 'lifted' ? strings.lifted : strings.confirmed}: {review.reason}
                </p>
              )}
            </div>
          </li>
        )
      })}
    </ul>
  )
}

function isLifted({ review }: SeenStrike): boolean {
  return review?.decision === 'lifted'
}

/** When a strike came, or was taken back. */
function newsAt(strike: SeenStrike): string {
  return strike.review && isLifted(strike) ? strike.review.at : strike.at
}
