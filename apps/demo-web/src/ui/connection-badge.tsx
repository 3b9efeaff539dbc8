import type { ConnectionStatus, EventFeed } from '@viva/client'
import { useConnection } from '@viva/client/react'
import { CloudOff, LoaderCircle, Radio } from 'lucide-react'
import { common } from '#strings/common.ts'
import { Badge, type Tone } from './badge.tsx'

const TONES: Record<ConnectionStatus, Tone> = {
  connecting: 'neutral',
  open: 'good',
  reconnecting: 'warn',
  offline: 'bad',
  closed: 'neutral',
}

/** How the live connection of a session stands. Changes are read out. */
export function ConnectionBadge({ feed }: { feed: EventFeed }) {
  const status = useConnection(feed)
  const isWaiting = status === 'connecting' || status === 'reconnecting'
  const Icon = status === 'open' ? Radio : isWaiting ? LoaderCircle : CloudOff
  return (
    <span role="status">
      <Badge tone={TONES[status]}>
        <Icon aria-hidden className={`size-3.5 ${isWaiting ? 'animate-spin' : ''}`} />
        {common.connection[status]}
      </Badge>
    </span>
  )
}
