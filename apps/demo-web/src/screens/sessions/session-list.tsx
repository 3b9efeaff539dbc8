import type { Session } from '@viva/client'
import { ArrowUp, SearchX, Users } from 'lucide-react'
import { useState } from 'react'
import { sessions as strings } from '#strings/sessions.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Empty, Failure, Loading } from '../../ui/states.tsx'
import { useFocusAfter } from '../../ui/use-focus-after.ts'
import { MOST_WATCHED } from '../monitor/watched-ids.ts'
import { candidateName } from './candidate-name.ts'
import { EndDialog } from './end-dialog.tsx'
import type { RowActions } from './session-actions.tsx'
import { SessionCards } from './session-cards.tsx'
import { isFiltered, type SessionFilters } from './session-filters.ts'
import { SessionTable } from './session-table.tsx'
import { useIsWide } from './use-is-wide.ts'
import type { useSessionPage } from './use-session-page.ts'

/** Ways to other pages; null where there is none. */
interface Turns {
  newest: (() => void) | null
  newer: (() => void) | null
  older: (() => void) | null
}

/** A page of sessions, what can be done with them, and the ways to other pages. */
export function SessionList({
  companyId,
  filters,
  page,
  mayEnd,
  onClearFilters,
  onInvite,
  onTurn,
}: {
  companyId: string
  filters: SessionFilters
  page: ReturnType<typeof useSessionPage>
  mayEnd: boolean
  onClearFilters: () => void
  onInvite: (() => void) | null
  onTurn: Turns
}) {
  const { query, rows, newcomers } = page
  const isWide = useIsWide()
  const { within, focusAfter } = useFocusAfter<HTMLDivElement>()
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const [ending, setEnding] = useState<Session | null>(null)
  const [said, setSaid] = useState('')

  if (query.isPending) return <Loading rows={8} rowClass="h-16" />
  if (query.isError && !query.data) {
    return (
      <div className="grid justify-items-start gap-3">
        <Failure error={query.error} onRetry={() => void query.refetch()} />
        {onTurn.newest && <Button onClick={onTurn.newest}>{strings.newest}</Button>}
      </div>
    )
  }
  const actions: RowActions = {
    companyId,
    picked,
    hasRoom: picked.size < MOST_WATCHED,
    onPick: (id) =>
      setPicked(picked.has(id) ? new Set([...picked].filter((one) => one !== id)) : new Set([...picked, id])),
    onEnd: mayEnd ? setEnding : null,
  }
  return (
    <div ref={within}>
      <section
        tabIndex={-1}
        data-focus="list"
        aria-label={strings.table.label}
        className="grid gap-3 outline-none"
      >
        <p role="status" className="sr-only">
          {said}
        </p>
        {query.isError && (
          <Failure title={strings.refreshFailed} error={query.error} onRetry={() => void query.refetch()} />
        )}
        {rows.length === 0 ? (
          <Nothing filters={filters} onClearFilters={onClearFilters} onInvite={onInvite} />
        ) : (
          <>
            <div className="flex min-h-10 flex-wrap items-center gap-2">
              {picked.size === 0 ? (
                <p className="text-sm text-muted">{strings.selectHint(MOST_WATCHED)}</p>
              ) : (
                <>
                  <ButtonLink
                    to="/c/$companyId/monitor"
                    params={{ companyId }}
                    search={{ ids: [...picked].join(',') }}
                    variant="primary"
                    size="small"
                  >
                    {strings.watchLive(picked.size)}
                  </ButtonLink>
                  <Button size="small" variant="quiet" onClick={() => setPicked(new Set())}>
                    {strings.clearSelection}
                  </Button>
                </>
              )}
              <span role="status" className="ml-auto">
                {newcomers > 0 && (
                  <Button size="small" onClick={page.showNewcomers}>
                    <ArrowUp aria-hidden className="size-4" />
                    {strings.newcomers(newcomers)}
                  </Button>
                )}
              </span>
            </div>
            <div aria-busy={query.isPlaceholderData} className={query.isPlaceholderData ? 'opacity-60' : ''}>
              {isWide ? (
                <div className="overflow-hidden rounded-xl border border-line bg-surface">
                  <SessionTable rows={rows} actions={actions} />
                </div>
              ) : (
                <SessionCards rows={rows} actions={actions} />
              )}
            </div>
          </>
        )}
        <Paging turns={onTurn} />
        {ending && (
          <EndDialog
            session={ending}
            onClose={() => setEnding(null)}
            onEnded={(session) => {
              setEnding(null)
              setSaid(strings.endDialog.ended(candidateName(session)))
              // The button that opened the dialog is gone with the session's end.
              focusAfter('list')
            }}
          />
        )}
      </section>
    </div>
  )
}

function Nothing({
  filters,
  onClearFilters,
  onInvite,
}: {
  filters: SessionFilters
  onClearFilters: () => void
  onInvite: (() => void) | null
}) {
  const { empty } = strings
  if (isFiltered(filters)) {
    return (
      <Empty
        icon={SearchX}
        title={empty.filtered}
        action={<Button onClick={onClearFilters}>{strings.filters.clear}</Button>}
      >
        {empty.filteredText}
      </Empty>
    )
  }
  if (filters.after !== undefined) {
    return (
      <Empty icon={SearchX} title={empty.endOfList}>
        {empty.endOfListText}
      </Empty>
    )
  }
  return (
    <Empty
      icon={Users}
      title={empty.title}
      action={
        onInvite && (
          <Button variant="primary" onClick={onInvite}>
            {strings.invite.open}
          </Button>
        )
      }
    >
      {empty.text}
    </Empty>
  )
}

function Paging({ turns }: { turns: Turns }) {
  const { newest, newer, older } = turns
  if (!newest && !newer && !older) return null
  return (
    <nav aria-label={strings.paging} className="flex flex-wrap justify-end gap-2">
      {newest && (
        <Button size="small" onClick={newest}>
          {strings.newest}
        </Button>
      )}
      <Button size="small" disabled={!newer} onClick={() => newer?.()}>
        {strings.previous}
      </Button>
      <Button size="small" disabled={!older} onClick={() => older?.()}>
        {strings.next}
      </Button>
    </nav>
  )
}
