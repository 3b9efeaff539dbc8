import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useVivaQueries } from '@viva/client/react'
import { Radio } from 'lucide-react'
import { useState } from 'react'
import { monitor as strings } from '#strings/monitor.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Empty, Failure, Loading } from '../../ui/states.tsx'
import { candidateName } from '../sessions/candidate-name.ts'
import { StateBadge, StrikeBadges } from '../sessions/session-badges.tsx'
import { MOST_WATCHED } from './watched-ids.ts'

const RUNNING = ['precheck', 'ready', 'active'] as const
const REFRESH_MS = 2000

/** The sessions that run now, to pick some to watch. The list keeps itself up to date. */
export function SessionPicker({
  companyId,
  watched,
  onWatch,
}: {
  companyId: string
  /** Those that are shown already; they are not offered again. */
  watched: readonly string[]
  onWatch: (ids: string[]) => void
}) {
  const queries = useVivaQueries()
  const [picked, setPicked] = useState<readonly string[]>([])
  const running = useQuery({
    ...queries.sessions.list.queryOptions({ companyId, state: [...RUNNING], limit: 50 }),
    refetchInterval: REFRESH_MS,
  })
  if (running.isPending) return <Loading rows={3} />
  if (!running.data) return <Failure error={running.error} onRetry={() => void running.refetch()} />
  const offered = running.data.items.filter(({ id }) => !watched.includes(id))
  // Some may have ended since they were picked.
  const chosen = picked.filter((id) => offered.some((session) => session.id === id))
  const room = MOST_WATCHED - watched.length
  if (offered.length === 0) {
    return (
      <Empty
        icon={Radio}
        title={watched.length === 0 ? strings.none : strings.noneElse}
        action={
          <ButtonLink to="/c/$companyId/sessions" params={{ companyId }}>
            {strings.toSessions}
          </ButtonLink>
        }
      >
        {strings.noneText}
      </Empty>
    )
  }
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (chosen.length > 0) onWatch(chosen)
      }}
    >
      {room <= 0 && <p className="text-sm text-warn">{strings.full(MOST_WATCHED)}</p>}
      <ul className="grid gap-2">
        {offered.map((session) => {
          const { id, interviewTitle } = session
          const isPicked = chosen.includes(id)
          return (
            <li key={id}>
              <label className="flex min-h-14 cursor-pointer flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border border-line px-4 py-2 hover:bg-sunken has-checked:border-accent has-checked:bg-accent-soft">
                <input
                  type="checkbox"
                  className="size-5 accent-accent"
                  checked={isPicked}
                  disabled={!isPicked && chosen.length >= room}
                  onChange={() => setPicked(isPicked ? chosen.filter((one) => one !== id) : [...chosen, id])}
                />
                <span className="grid min-w-0 grow basis-40">
                  <span className="truncate font-medium">{candidateName(session)}</span>
                  <span className="truncate text-sm text-muted">{interviewTitle}</span>
                </span>
                <span className="flex flex-wrap gap-1.5">
                  <StateBadge session={session} />
                  <StrikeBadges session={session} />
                </span>
              </label>
            </li>
          )
        })}
      </ul>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-sm text-muted">
          {running.data.nextCursor !== null && (
            <Link
              to="/c/$companyId/sessions"
              params={{ companyId }}
              search={{ state: [...RUNNING] }}
              className="text-accent underline"
            >
              {strings.moreRunning}
            </Link>
          )}
        </p>
        <Button type="submit" variant="primary" disabled={chosen.length === 0}>
          {strings.watch(chosen.length)}
        </Button>
      </div>
    </form>
  )
}
