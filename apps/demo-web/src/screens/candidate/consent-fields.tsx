import type { CandidateSession, Sensor } from '@viva/client'
import { records, sensors as sensorsStrings } from '#strings/candidate-arrival.ts'
import { precheck } from '#strings/candidate-precheck.ts'
import { Badge } from '../../ui/badge.tsx'
import { CheckboxField } from '../../ui/field.tsx'

/** The candidate's decision on each sensor that the interview asks for. What is not ticked is declined. */
export function ConsentFields({
  sensors,
  companyName,
  consents,
  missing,
  onChange,
}: {
  sensors: CandidateSession['interview']['sensors']
  companyName: string
  consents: Partial<Record<Sensor, boolean>>
  /** Required ones that were declined at the last try to go on. */
  missing: readonly Sensor[]
  onChange: (sensor: Sensor, agreed: boolean) => void
}) {
  const texts = sensorsStrings
  return (
    <ul className="grid gap-5">
      {sensors.map(({ sensor, required }) => (
        <li key={sensor} className="grid gap-2 border-b border-line pb-5 last:border-0 last:pb-0">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h3 className="font-medium">{texts[sensor].name}</h3>
            <Badge tone={required ? 'neutral' : 'accent'}>
              {required ? records.required : records.voluntary}
            </Badge>
          </div>
          <p className="text-sm">{texts[sensor].what}</p>
          <p className="text-sm text-muted">
            {records.why} {texts[sensor].why}
          </p>
          <CheckboxField
            label={precheck.agree[sensor]}
            name={`consent-${sensor}`}
            checked={consents[sensor] ?? false}
            error={missing.includes(sensor) ? precheck.requiredMissing(companyName) : null}
            onChange={(event) => onChange(sensor, event.target.checked)}
          />
        </li>
      ))}
    </ul>
  )
}
