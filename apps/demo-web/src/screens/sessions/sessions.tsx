import { useLocation, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { UserPlus } from 'lucide-react'
import { useMemo } from 'react'
import { sessions as strings } from '#strings/sessions.ts'
import { useMembership } from '../../app/use-membership.ts'
import { Button } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { FilterBar, type FilterChange } from './filter-bar.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { readSessionFilters } from './session-filters.ts'
import { SessionList } from './session-list.tsx'
import { useSessionPage } from './use-session-page.ts'

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** The cursors of the pages before this one, newest page first: a list can only be read onwards. */
    sessionPages?: string[]
  }
}

const ROUTE = '/staff/signed-in/c/$companyId/sessions'

/** The company's sessions, live, and the way to invite a candidate. */
export function Sessions() {
  const { companyId } = useParams({ from: ROUTE })
  const address = useSearch({ from: ROUTE })
  // The router hands out what stands in the address, whatever that is.
  const filters = useMemo(() => readSessionFilters({ ...address }), [address])
  const pages = useLocation({ select: ({ state }) => state.sessionPages })
  const navigate = useNavigate({ from: '/c/$companyId/sessions' })
  const { may } = useMembership(companyId)
  const page = useSessionPage(companyId, filters)

  /** Undefined takes a filter away; every change goes back to the newest sessions. */
  const change = (changes: FilterChange) => {
    const search = readSessionFilters({ ...filters, after: undefined, ...changes })
    void navigate({ search, replace: true, resetScroll: false })
  }
  const invite = (interviewId: string | undefined) => {
    const search = readSessionFilters({ ...filters, invite: interviewId })
    void navigate({ search, replace: true, resetScroll: false, state: (old) => old })
  }
  const turn = (after: string | undefined, before: string[]) => {
    void navigate({ search: readSessionFilters({ ...filters, after }), state: { sessionPages: before } })
  }
  const mayInvite = may('sessions.invite')
  return (
    <Page
      title={strings.title}
      description={strings.description}
      actions={
        mayInvite && (
          <Button variant="primary" onClick={() => invite('')}>
            <UserPlus aria-hidden className="size-4" />
            {strings.invite.open}
          </Button>
        )
      }
    >
      <FilterBar companyId={companyId} filters={filters} onChange={change} />
      <SessionList
        companyId={companyId}
        filters={filters}
        page={page}
        mayEnd={may('sessions.end')}
        onClearFilters={() => void navigate({ search: {}, replace: true })}
        onInvite={mayInvite ? () => invite('') : null}
        onTurn={{
          newest: filters.after === undefined ? null : () => turn(undefined, []),
          newer: pages?.length ? () => turn(pages.at(-1) || undefined, pages.slice(0, -1)) : null,
          older: page.nextCursor
            ? () => turn(page.nextCursor ?? undefined, [...(pages ?? []), filters.after ?? ''])
            : null,
        }}
      />
      {mayInvite && filters.invite !== undefined && (
        <InviteDialog
          companyId={companyId}
          interviewId={filters.invite}
          onInvited={() => void page.refresh()}
          onClose={() => invite(undefined)}
        />
      )}
    </Page>
  )
}
