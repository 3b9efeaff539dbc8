import { events } from '#strings/events.ts'
import { policies } from '#strings/policies.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { formatClock } from '../../ui/format.ts'
import { PreviewTimeline } from './preview-timeline.tsx'
import type { Judged } from './sample.ts'

const ACTION_TONES: Record<'warn' | 'flag' | 'end', Tone> = { warn: 'accent', flag: 'warn', end: 'bad' }

/** A sample with what came of each signal: which strike it made, and which consequence was due by then. */
export function PreviewResult({ judged }: { judged: Judged[] }) {
  const strings = policies.preview
  const strikes = judged.flatMap((signal) => signal.strikes)
  const dueCount = strikes.reduce((count, { due }) => count + due.length, 0)
  return (
    <div className="grid gap-4">
      <p role="status" className="font-medium">
        {strings.summary(strikes.length, dueCount)}
      </p>
      {judged.length > 0 && <PreviewTimeline judged={judged} />}
      <ol aria-label={strings.result} className="grid gap-3 empty:hidden">
        {judged.map((signal) => (
          <li key={signal.position} className="grid gap-2">
            <SignalLine signal={signal} />
            {signal.strikes.map((made) => (
              <StrikeLine key={made.number} made={made} judged={judged} />
            ))}
          </li>
        ))}
      </ol>
    </div>
  )
}

function SignalLine({ signal }: { signal: Judged }) {
  const strings = policies.preview
  const { kind, seconds, partOf, isAfterEnd } = signal
  return (
    <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1 text-sm">
      <span className="w-12 shrink-0 font-mono text-muted tabular-nums">{formatClock(seconds)}</span>
      <span className={isAfterEnd ? 'text-muted line-through' : ''}>{events.signals[kind]}</span>
      {isAfterEnd && <Badge>{strings.notJudged}</Badge>}
      {partOf.length > 0 && <Badge tone="warn">{strings.inStrike(partOf)}</Badge>}
    </div>
  )
}

function StrikeLine({ made, judged }: { made: Judged['strikes'][number]; judged: Judged[] }) {
  const strings = policies.preview
  const { number, strike, due } = made
  const times = strike.signals.map((position) => formatClock(judged[position]?.seconds ?? 0))
  return (
    <div className="ml-4 grid gap-2 border-l-2 border-warn pl-3">
      <div className="grid gap-0.5 text-sm">
        <p className="font-medium text-warn">{strings.strike(number, strike.severity)}</p>
        <p>{strike.message}</p>
        <p className="text-muted">{strings.madeOf(times)}</p>
      </div>
      {Array.from(due.entries(), ([place, { action, strikes, severity }]) => (
        <p key={place} className="flex flex-wrap items-center gap-2 text-sm">
          <Badge tone={ACTION_TONES[action]}>{strings.due(policies.consequences.actions[action])}</Badge>
          <span className="text-muted">{strings.dueBecause(strikes, severity)}</span>
        </p>
      ))}
    </div>
  )
}
