import type { CandidateSession, SessionHandle } from '@viva/client'
import { usePending } from '@viva/client/react'
import { CloudUpload } from 'lucide-react'
import { useEffect, useState } from 'react'
import { room } from '#strings/candidate-room.ts'
import { Badge } from '../../ui/badge.tsx'
import { ConnectionBadge } from '../../ui/connection-badge.tsx'
import { Countdown } from './countdown.tsx'

/** How the connection stands, what is not sent yet, and the time of the whole interview. */
export function RoomBar({ session, state }: { session: SessionHandle; state: CandidateSession }) {
  const waiting = useWaitingAnswers(session)
  return (
    <div className="mb-4 flex min-h-14 flex-wrap items-center justify-between gap-x-6 gap-y-2 rounded-xl border border-line bg-surface px-4 py-2">
      <div className="flex flex-wrap items-center gap-2">
        <ConnectionBadge feed={session} />
        <span role="status">
          {waiting > 0 && (
            <Badge tone="warn">
              <CloudUpload aria-hidden className="size-3.5" />
              {room.waiting(waiting)}
            </Badge>
          )}
        </span>
      </div>
      <Countdown
        feed={session}
        label={room.timers.total}
        deadlineAt={state.deadlineAt}
        warning={room.timers.warnTotal}
      />
    </div>
  )
}

/** Answers alone: signals wait in the same way, but are nothing that the candidate has to think of. */
function useWaitingAnswers(session: SessionHandle): number {
  const { pending } = usePending(session)
  const [waiting, setWaiting] = useState(0)
  useEffect(() => {
    let isLate = false
    // `pending` is what tells that something has changed.
    void (pending === 0 ? Promise.resolve([]) : session.pendingAnswers()).then((answers) => {
      if (!isLate) setWaiting(answers.length)
    })
    return () => {
      isLate = true
    }
  }, [session, pending])
  return waiting
}
