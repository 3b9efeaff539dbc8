/** What the table of sessions shows; kept in the address, so that a view can be linked to. */
export interface SessionFilters {
  flagged?: boolean
}

/** Reads the filters from an address. What is not understood is left out. */
export function readSessionFilters(search: Record<string, unknown>): SessionFilters {
  return search['flagged'] === true ? { flagged: true } : {}
}
