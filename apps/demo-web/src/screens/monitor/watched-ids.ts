import { isId } from '../sessions/session-filters.ts'

/** How many sessions stand side by side at once. */
export const MOST_WATCHED = 6

/** Reads the sessions to watch from an address: each once, and no more than fit. What is no id is left out. */
export function readWatched(ids: string | undefined): string[] {
  const named = (ids ?? '').split(',').map((id) => id.trim().toLowerCase())
  return [...new Set(named.filter(isId))].slice(0, MOST_WATCHED)
}

/** Writes them into an address. */
export const writeWatched = (ids: readonly string[]): { ids?: string } =>
  ids.length > 0 ? { ids: ids.join(',') } : {}
