import type { MonitorFeed, Session } from '@viva/client'
import { useServerNow } from '@viva/client/react'
import { Timer } from 'lucide-react'
import { monitor as strings } from '#strings/monitor.ts'
import { formatClock, formatDateTime, formatRelative } from '../../ui/format.ts'

const DAY = 86_400

/** How long a session can still go on, by the server's clock. */
export function TimeLeft({ session, feed }: { session: Session; feed: MonitorFeed }) {
  const now = useServerNow(feed)
  const { state, deadlineAt } = session
  const seconds = (Date.parse(deadlineAt) - now.getTime()) / 1000
  return (
    <p className="flex items-center gap-1.5 text-sm">
      <Timer aria-hidden className="size-4 text-muted" />
      <span className="text-muted">{state === 'active' ? strings.timeLeft : strings.linkLeft}</span>
      <time
        role="timer"
        dateTime={deadlineAt}
        title={formatDateTime(deadlineAt)}
        className="font-medium tabular-nums"
      >
        {seconds <= 0 ? strings.over : seconds > DAY ? formatRelative(deadlineAt, now) : formatClock(seconds)}
      </time>
    </p>
  )
}
