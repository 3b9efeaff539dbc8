import type { PolicyRules } from '@viva/client'
import { events } from '#strings/events.ts'
import { policies } from '#strings/policies.ts'
import { Badge } from '../../ui/badge.tsx'
import { EndWarning } from './consequences.tsx'

/** Rules and consequences to read. `level` is the level of its headings. */
export function RulesOverview({
  rules: { rules, consequences },
  level,
}: {
  rules: PolicyRules
  level: 2 | 3
}) {
  const Heading = level === 2 ? 'h2' : 'h3'
  return (
    <div className="grid gap-6">
      <div className="grid gap-3">
        <Heading className="text-lg font-semibold">{policies.rules.title}</Heading>
        {rules.length === 0 && <p className="text-sm text-muted">{policies.rules.empty}</p>}
        <ul className="grid gap-3 empty:hidden">
          {rules.map(({ id, kinds, count, windowSeconds, severity, message }) => (
            <li key={id} className="grid gap-1">
              <p className="flex flex-wrap items-center gap-2 font-medium">
                {message} <Badge>{events.severities[severity]}</Badge>
              </p>
              <p className="text-sm text-muted">
                {policies.rules.sentence(
                  count,
                  kinds.map((kind) => events.signals[kind]),
                  windowSeconds,
                )}
              </p>
            </li>
          ))}
        </ul>
      </div>
      <div className="grid gap-3">
        <Heading className="text-lg font-semibold">{policies.consequences.title}</Heading>
        {consequences.length === 0 && <p className="text-sm text-muted">{policies.consequences.empty}</p>}
        <ul className="grid list-disc gap-2 pl-5 empty:hidden">
          {Array.from(consequences.entries(), ([place, { strikes, severity, action }]) => (
            <li key={place}>
              {policies.consequences.sentence(strikes, severity, policies.consequences.actions[action])}
            </li>
          ))}
        </ul>
        {consequences.some(({ action }) => action === 'end') && <EndWarning />}
      </div>
    </div>
  )
}
