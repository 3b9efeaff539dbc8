import type { EventFeed } from '@viva/client'
import { useServerNow } from '@viva/client/react'
import { Clock, TriangleAlert } from 'lucide-react'
import { room } from '#strings/candidate-room.ts'
import { formatClock } from '../../ui/format.ts'

const LAST_MS = 60_000

/**
 * The time that is left, by the server's clock. In the last minute words say so, not colour alone; `warning` and `over`
 * are read out, once each.
 */
export function Countdown({
  feed,
  label,
  deadlineAt,
  warning,
  over = '',
}: {
  feed: EventFeed
  label: string
  deadlineAt: string
  warning: string
  over?: string
}) {
  const { timers } = room
  const left = Date.parse(deadlineAt) - useServerNow(feed).getTime()
  const isOver = left <= 0
  const isLast = left <= LAST_MS
  const Icon = isLast ? TriangleAlert : Clock
  return (
    <div className={`flex items-center gap-2 ${isLast ? 'text-warn' : ''}`}>
      <Icon aria-hidden className="size-4 shrink-0" />
      <div className="grid">
        <span className="text-xs">
          {label}
          {isLast && <strong>: {isOver ? timers.over : timers.lastMinute}</strong>}
        </span>
        <span role="timer" aria-label={label} className="text-lg leading-tight font-semibold tabular-nums">
          {formatClock(left / 1000)}
        </span>
      </div>
      <span role="status" className="sr-only">
        {isOver ? over : isLast ? warning : ''}
      </span>
    </div>
  )
}
