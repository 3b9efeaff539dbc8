import { SESSION_STATES, type SessionState } from '@viva/client'

/** What the table of sessions shows; kept in the address, so that a view can be linked to. */
export interface SessionFilters {
  /** In any of these states; in all where absent. */
  state?: SessionState[]
  /** Only sessions whose strikes call for a person. */
  flagged?: true
  /** The id of an interview. */
  interview?: string
  /** The candidate's whole address. */
  email?: string
  /** The first and the last day of making, `YYYY-MM-DD` in the reader's time zone. */
  from?: string
  to?: string
  /** Where the page starts: what the page before gave as its end. */
  after?: string
  /** The dialog that invites a candidate is open: with an interview's id, or empty to choose one. */
  invite?: string
}

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const EMAIL = /^[^\s@]{1,64}@[^\s@]+\.[^\s@]+$/
const CURSOR = /^[\w-]{1,200}$/

/** Whether something is an id as the server writes them. */
export const isId = (value: unknown): value is string => typeof value === 'string' && ID.test(value)

/** Reads the filters from an address. What is not understood is left out. */
export function readSessionFilters(search: Record<string, unknown>): SessionFilters {
  const { state, flagged, interview, email, from, to, after, invite } = search
  const states = readStates(state)
  return {
    ...(states.length > 0 && { state: states }),
    ...((flagged === true || flagged === 'true') && { flagged: true }),
    ...(isId(interview) && { interview }),
    ...(typeof email === 'string' && email.length <= 254 && EMAIL.test(email) && { email }),
    ...(isDay(from) && { from }),
    ...(isDay(to) && { to }),
    ...(typeof after === 'string' && CURSOR.test(after) && { after }),
    ...((invite === '' || isId(invite)) && { invite }),
  }
}

/** A list, or `active,ready` as a person would write it. */
function readStates(value: unknown): SessionState[] {
  const named: readonly unknown[] =
    typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : []
  return SESSION_STATES.filter((state) => named.includes(state))
}

function isDay(value: unknown): value is string {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false
  const time = Date.parse(`${value}T00:00:00Z`)
  // The 31st of June rolls over where it is not refused; before 1970 the server keeps nothing.
  return time >= 0 && new Date(time).toISOString().startsWith(value)
}

/** Whether the table leaves anything out. */
export function isFiltered({ state, flagged, interview, email, from, to }: SessionFilters): boolean {
  return [state, flagged, interview, email, from, to].some((filter) => filter !== undefined)
}
