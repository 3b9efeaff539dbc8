import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Session } from '@viva/client'
import { useVivaQueries } from '@viva/client/react'
import { useState } from 'react'
import { boundsOfDay } from './day-bounds.ts'
import type { SessionFilters } from './session-filters.ts'

/** Rows of a page. Only the page that is seen is read and refreshed, so a hundred thousand sessions cost no more than these. */
const PAGE_ROWS = 25
const REFRESH_MS = 2000

/**
 * The page of sessions that the filters show, kept up to date while the browser's tab is in view. Sessions that are made
 * meanwhile wait until the reader asks for them, so that no row moves away under a finger.
 */
export function useSessionPage(companyId: string, filters: SessionFilters) {
  const queries = useVivaQueries()
  const input = toListInput(companyId, filters)
  const view = JSON.stringify(input)
  const query = useQuery({
    ...queries.sessions.list.queryOptions(input),
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  })
  /** The newest session of this view that the reader has been shown; later ones wait. */
  const [shown, setShown] = useState<{ view: string; until: string } | null>(null)

  const items = query.data?.items ?? []
  const reveal = (all: readonly Session[]) => setShown({ view, until: all[0]?.createdAt ?? '' })
  const isKnown = shown?.view === view
  const known = isKnown ? items.filter(({ createdAt }) => createdAt <= shown.until) : items
  if (query.data && !query.isPlaceholderData) {
    // A view that was opened just now, or one in which there is nothing to move: all that is there is shown.
    const newest = items[0]?.createdAt ?? ''
    if (!isKnown || (known.length === 0 && newest !== shown.until)) reveal(items)
  }
  const rows = known.length === 0 ? items : known
  return {
    query,
    rows,
    /** How many sessions wait to be shown. */
    newcomers: items.length - rows.length,
    nextCursor: query.data?.nextCursor ?? null,
    showNewcomers: () => reveal(items),
    /** Reads the page again and shows all of it: after a change that the reader made. */
    refresh: async () => {
      const { data } = await query.refetch()
      if (data) reveal(data.items)
    },
  }
}

function toListInput(companyId: string, filters: SessionFilters) {
  const { state, flagged, interview, email, from, to, after } = filters
  return {
    companyId,
    limit: PAGE_ROWS,
    ...(state && { state }),
    ...(flagged && { flagged }),
    ...(interview && { interviewId: interview }),
    ...(email && { candidateEmail: email }),
    ...(from && { createdAfter: boundsOfDay(from).start }),
    ...(to && { createdBefore: boundsOfDay(to).end }),
    ...(after && { cursor: after }),
  }
}
