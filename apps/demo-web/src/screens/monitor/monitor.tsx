import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type { Session } from '@viva/client'
import { ListPlus } from 'lucide-react'
import { useState } from 'react'
import { monitor as strings } from '#strings/monitor.ts'
import { sessions } from '#strings/sessions.ts'
import { useMembership } from '../../app/use-membership.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Page } from '../../ui/page.tsx'
import { useFocusAfter } from '../../ui/use-focus-after.ts'
import { candidateName } from '../sessions/candidate-name.ts'
import { EndDialog } from '../sessions/end-dialog.tsx'
import { SessionPicker } from './session-picker.tsx'
import { MOST_WATCHED, readWatched, writeWatched } from './watched-ids.ts'
import { type EventFilter, WatchedSession } from './watched-session.tsx'

const ROUTE = '/staff/signed-in/c/$companyId/monitor'
const FILTERS = ['all', 'proctoring', 'conversation'] as const satisfies readonly EventFilter[]

/** Several sessions side by side, live. Which ones stands in the address. */
export function Monitor() {
  const { companyId } = useParams({ from: ROUTE })
  const watched = readWatched(useSearch({ from: ROUTE }).ids)
  const navigate = useNavigate({ from: '/c/$companyId/monitor' })
  const { may } = useMembership(companyId)
  const [filter, setFilter] = useState<EventFilter>('all')
  const [isChoosing, setChoosing] = useState(false)
  const [ending, setEnding] = useState<Session | null>(null)
  const [said, setSaid] = useState('')
  const { within, focusAfter } = useFocusAfter<HTMLDivElement>()

  const watch = (ids: readonly string[]) => {
    void navigate({ search: writeWatched(ids.slice(0, MOST_WATCHED)), resetScroll: false })
  }
  return (
    <Page
      title={strings.title}
      description={strings.description}
      actions={
        watched.length > 0 && (
          <Button onClick={() => setChoosing(true)}>
            <ListPlus aria-hidden className="size-4" />
            {strings.choose}
          </Button>
        )
      }
    >
      <p role="status" className="sr-only">
        {said}
      </p>
      <div ref={within}>
        <div tabIndex={-1} data-focus="watched" className="outline-none">
          {watched.length === 0 ? (
            <Card title={strings.running} description={strings.runningText(MOST_WATCHED)}>
              <SessionPicker companyId={companyId} watched={[]} onWatch={watch} />
            </Card>
          ) : (
            <>
              <FilterChoice filter={filter} onChoose={setFilter} />
              <ul className="grid grid-cols-[repeat(auto-fit,minmax(min(100%,21rem),1fr))] gap-4">
                {watched.map((sessionId) => (
                  <WatchedSession
                    key={sessionId}
                    companyId={companyId}
                    sessionId={sessionId}
                    filter={filter}
                    onEnd={may('sessions.end') ? setEnding : null}
                    onRemove={(name) => {
                      watch(watched.filter((id) => id !== sessionId))
                      setSaid(strings.removed(name))
                      focusAfter('watched')
                    }}
                  />
                ))}
              </ul>
            </>
          )}
        </div>
      </div>
      {isChoosing && (
        <Dialog title={strings.chooseTitle} onClose={() => setChoosing(false)}>
          <SessionPicker
            companyId={companyId}
            watched={watched}
            onWatch={(ids) => {
              watch([...watched, ...ids])
              setChoosing(false)
            }}
          />
        </Dialog>
      )}
      {ending && (
        <EndDialog
          session={ending}
          onClose={() => setEnding(null)}
          onEnded={(session) => {
            setEnding(null)
            setSaid(sessions.endDialog.ended(candidateName(session)))
            focusAfter('watched')
          }}
        />
      )}
    </Page>
  )
}

function FilterChoice({
  filter,
  onChoose,
}: {
  filter: EventFilter
  onChoose: (filter: EventFilter) => void
}) {
  return (
    <fieldset className="mb-4 flex flex-wrap items-center gap-2">
      <legend className="sr-only">{strings.filter.label}</legend>
      {FILTERS.map((one) => (
        <label
          key={one}
          className="relative inline-flex min-h-8 cursor-pointer items-center rounded-full border border-edge bg-surface px-3 text-sm select-none hover:bg-sunken has-checked:border-accent has-checked:bg-accent-soft has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            name="event-filter"
            className="absolute inset-0 size-full cursor-pointer opacity-0"
            checked={filter === one}
            onChange={() => onChoose(one)}
          />
          {strings.filter[one]}
        </label>
      ))}
    </fieldset>
  )
}
