import type { Report, Session, SessionEvent, StrikeDecision } from '@viva/client'
import { ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import { report as strings } from '#strings/report.ts'
import { useMembership } from '../../app/use-membership.ts'
import { Card } from '../../ui/card.tsx'
import { Empty } from '../../ui/states.tsx'
import { ReviewDialog } from './review-dialog.tsx'
import { StrikeItem } from './strike-item.tsx'

type ReportStrike = Report['strikes'][number]

const { strikes: words } = strings

/** Every strike with what it stands on, for a person to confirm or to lift. */
export function Strikes({
  session,
  strikes,
  events,
}: {
  session: Session
  strikes: readonly ReportStrike[]
  events: readonly SessionEvent[]
}) {
  const { may } = useMembership(session.companyId)
  const mayReview = may('strikes.review')
  const [asked, setAsked] = useState<{ strike: ReportStrike; decision: StrikeDecision } | null>(null)
  /** The last decision made on this page; an object, so that the same one can be made again. */
  const [decided, setDecided] = useState<{ strikeId: string; decision: StrikeDecision } | null>(null)
  return (
    <Card title={words.title} description={words.description}>
      <p role="status" className="sr-only">
        {decided ? words.decided[decided.decision] : ''}
      </p>
      {strikes.length === 0 ? (
        <Empty icon={ShieldCheck} title={words.empty}>
          {words.emptyText}
        </Empty>
      ) : (
        <ul className="grid divide-y divide-line">
          {strikes.map((strike) => (
            <li key={strike.id} className="py-4 first:pt-0 last:pb-0">
              <StrikeItem
                strike={strike}
                events={events}
                reviewers={strikes.flatMap(({ review }) => (review ? [review.reviewer] : []))}
                justDecided={decided?.strikeId === strike.id ? decided : null}
                onDecide={mayReview ? (decision) => setAsked({ strike, decision }) : null}
              />
            </li>
          ))}
        </ul>
      )}
      {!mayReview && strikes.length > 0 && <p className="mt-4 text-sm text-muted">{words.readOnly}</p>}
      {asked && (
        <ReviewDialog
          session={session}
          strike={asked.strike}
          decision={asked.decision}
          onClose={() => setAsked(null)}
          onDecided={() => {
            setAsked(null)
            setDecided({ strikeId: asked.strike.id, decision: asked.decision })
          }}
        />
      )}
    </Card>
  )
}
