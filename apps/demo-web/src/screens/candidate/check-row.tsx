import { CircleCheck, CircleDashed, CircleSlash, LoaderCircle } from 'lucide-react'
import type { ReactNode } from 'react'
import { checks } from '#strings/candidate-precheck.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import type { DeviceStatus } from './use-device-stream.ts'

const LOOKS: Record<DeviceStatus, { tone: Tone; icon: typeof CircleCheck }> = {
  untried: { tone: 'neutral', icon: CircleDashed },
  trying: { tone: 'neutral', icon: LoaderCircle },
  ok: { tone: 'good', icon: CircleCheck },
  missing: { tone: 'warn', icon: CircleSlash },
  refused: { tone: 'warn', icon: CircleSlash },
}

/** One thing that can be tried out before the start: how it stands, what to do, and what it shows. */
export function CheckRow({
  name,
  text,
  status,
  onRun,
  onStop,
  children,
}: {
  name: string
  text: string
  status: DeviceStatus
  /** Absent where there is nothing to try. */
  onRun?: (() => void) | undefined
  onStop?: (() => void) | undefined
  children?: ReactNode
}) {
  const { tone, icon: Icon } = LOOKS[status]
  const isTried = status !== 'untried' && status !== 'trying'
  return (
    <li className="grid gap-3 border-b border-line py-4 first:pt-0 last:border-0 last:pb-0">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="grid min-w-0 gap-1">
          <div className="flex flex-wrap items-center gap-2">
            <h3 className="font-medium">{name}</h3>
            <span role="status">
              <Badge tone={tone}>
                <Icon aria-hidden className={`size-3.5 ${status === 'trying' ? 'animate-spin' : ''}`} />
                {checks.status[status]}
              </Badge>
            </span>
          </div>
          <p className="text-sm text-muted">{text}</p>
        </div>
        <div className="flex gap-2">
          {onStop && (
            <Button size="small" aria-label={checks.stop(name)} onClick={onStop}>
              {checks.short.stop}
            </Button>
          )}
          {onRun && !onStop && (
            <Button
              size="small"
              pending={status === 'trying'}
              aria-label={isTried ? checks.again(name) : checks.run(name)}
              onClick={onRun}
            >
              {isTried ? checks.short.again : checks.short.run}
            </Button>
          )}
        </div>
      </div>
      {children}
    </li>
  )
}
