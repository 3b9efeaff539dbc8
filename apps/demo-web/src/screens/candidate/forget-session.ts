/**
 * Forgets all that this device keeps of a session: drafts, notes, and what the SDK kept of answers that came too late. Its
 * candidate leaves a device that others use.
 */
export function forgetSession(sessionId: string): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.includes(sessionId)) localStorage.removeItem(key)
  } catch {
    // Storage is blocked: nothing was kept.
  }
}
