const PREFIX = 'viva-web.session'

/** Small things about one session that should outlive a reload on this device. */
export interface SessionNotes {
  /** The candidate wants fullscreen. */
  fullscreen?: boolean
  /** The candidate wants their answers recorded. */
  recording?: boolean
  /** A second screen was there when this device last looked. */
  extraScreen?: boolean
}

/** What was noted for a session; nothing where the storage is blocked. */
export function readNotes(sessionId: string): SessionNotes {
  try {
    const notes: unknown = JSON.parse(localStorage.getItem(`${PREFIX}.${sessionId}`) ?? '{}')
    if (typeof notes !== 'object' || notes === null) return {}
    const flag = (name: keyof SessionNotes) => {
      const value: unknown = Reflect.get(notes, name)
      return typeof value === 'boolean' ? { [name]: value } : {}
    }
    return { ...flag('fullscreen'), ...flag('recording'), ...flag('extraScreen') }
  } catch {
    return {}
  }
}

/** Notes something in addition to what is noted. */
export function addNotes(sessionId: string, notes: SessionNotes): void {
  try {
    localStorage.setItem(`${PREFIX}.${sessionId}`, JSON.stringify({ ...readNotes(sessionId), ...notes }))
  } catch {
    // Storage is blocked or full: the decision holds until the page is left.
  }
}
