import { useEffect, useState } from 'react'

/** Which tab of a session this one is. `unknown` for the moment that it takes to find out. */
export type TabRole = 'unknown' | 'first' | 'other'

/**
 * Makes one tab of a session the first, which reports what the page notices: two would report everything twice. When that
 * one is closed, or crashes, another takes over. Where the browser has no locks, each tab is the first.
 */
export function useTabRole(sessionId: string): TabRole {
  const [role, setRole] = useState<TabRole>('unknown')
  useEffect(() => {
    const { locks } = navigator as { locks?: LockManager }
    if (!locks) {
      setRole('first')
      return
    }
    const name = `viva-web.signals.${sessionId}`
    const leaving = new AbortController()
    const { signal } = leaving
    const held = (): Promise<void> => {
      if (signal.aborted) return Promise.resolve()
      setRole('first')
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    }
    const run = async () => {
      const isFree = await locks.request(name, { ifAvailable: true }, async (lock) => {
        if (lock === null) return false
        await held()
        return true
      })
      if (isFree || signal.aborted) return
      setRole('other')
      await locks.request(name, { signal }, held)
    }
    run().catch(() => {
      // Given up while it waited; or locks are not allowed here, and there is nobody to ask.
      if (!signal.aborted) setRole('first')
    })
    return () => leaving.abort()
  }, [sessionId])
  return role
}
