import type { CandidateSession } from '@viva/client'
import { HeartHandshake, UserCheck } from 'lucide-react'
import { records, sensors } from '#strings/candidate-arrival.ts'
import { Badge } from '../../ui/badge.tsx'
import { Card } from '../../ui/card.tsx'

/** What an interview would record of its candidate and why, in plain words, before they decide on anything. */
export function RecordList({ interview }: { interview: CandidateSession['interview'] }) {
  const { answers } = records
  const asked = interview.sensors.map(({ sensor, required }) => ({
    ...sensors[sensor],
    badge: required ? records.required : records.voluntary,
    isRequired: required,
  }))
  const items = [{ ...answers, badge: records.always, isRequired: true }, ...asked]
  return (
    <Card title={records.title}>
      <ul className="grid gap-4">
        {items.map(({ name, what, why, badge, isRequired }) => (
          <li key={name} className="grid gap-1 border-b border-line pb-4 text-sm">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <h3 className="text-base font-medium">{name}</h3>
              <Badge tone={isRequired ? 'neutral' : 'accent'}>{badge}</Badge>
            </div>
            <p>{what}</p>
            <p className="text-muted">
              {records.why} {why}
            </p>
          </li>
        ))}
        {asked.length === 0 && <li className="text-sm text-muted">{records.nothing}</li>}
      </ul>
      <Fairness interview={interview} />
    </Card>
  )
}

/** What holds for everybody: people decide, and written answers count the same. */
export function Fairness({ interview }: { interview: CandidateSession['interview'] }) {
  const hasOtherWay = interview.sensors.some(
    ({ sensor, required }) => !required && (sensor === 'camera' || sensor === 'microphone'),
  )
  return (
    <div className="mt-4 grid gap-2 text-sm">
      <p className="flex items-start gap-2.5">
        <UserCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-good" />
        <span>{records.people}</span>
      </p>
      {hasOtherWay && (
        <p className="flex items-start gap-2.5">
          <HeartHandshake aria-hidden className="mt-0.5 size-4 shrink-0 text-good" />
          <span>{records.equal}</span>
        </p>
      )}
    </div>
  )
}
